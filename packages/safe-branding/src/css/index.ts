/** Values of CSS that a client may set, judged by a parser of CSS. */
export { cssVariableNames, readCssVariable, type CssVariableName } from './css-variables.js';
