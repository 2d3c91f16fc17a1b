/**
 * The custom properties that a client may set on its pages, each with the values that it takes. Values are parsed as
 * CSS, matched against the grammar, and written anew from what was parsed: no address, no rule, no text survives.
 */
import { generate, lexer, parse, walk, type CssNode } from 'css-tree';

interface Kind {
  /** Value definition syntax: https://www.w3.org/TR/css-values-4/#value-defs */
  readonly syntax: string;
  /** For people. */
  readonly takes: string;
  /** Largest absolute value of a number, by its unit; '' is a bare number. */
  readonly most: Readonly<Record<string, number>>;
  readonly functions?: readonly string[];
}

/** Sizes in px, and the same in rem of 16 px. */
const upTo = (px: number): Kind['most'] => ({ '': 0, px, rem: px / 16, em: px / 16 });
const length = (px: number): Kind => ({
  syntax: '<length>',
  takes: `a length up to ${px}px`,
  most: upTo(px),
});
const colour: Kind = {
  syntax: '<color>',
  takes: 'a colour',
  most: { '': 360, '%': 100, deg: 360 },
  functions: ['rgb', 'rgba', 'hsl', 'hsla', 'hwb', 'lab', 'lch', 'oklab', 'oklch'],
};

/** What the kit of the templates uses; colours of text and of what lies behind it are not among them: their contrast is checked. */
const variables = {
  '--brand-radius': length(64),
  '--brand-border-width': length(16),
  '--brand-border-color': colour,
  '--brand-content-width': length(2_560),
  '--brand-spacing': length(128),
  '--brand-font-size': length(32),
  '--brand-heading-size': length(96),
  '--brand-heading-weight': { syntax: '<number>', takes: 'a number up to 1000', most: { '': 1_000 } },
  '--brand-line-height': { syntax: '<number>', takes: 'a number up to 3', most: { '': 3 } },
  '--brand-letter-spacing': length(16),
  '--brand-logo-height': length(256),
  '--brand-shadow': {
    syntax: 'none | [ <length>{2,4} && <color>? ]',
    takes: 'none, or lengths and a colour such as "0 1px 4px #00000040"',
    most: { ...upTo(64), '': 360, '%': 100 },
    functions: colour.functions ?? [],
  },
} as const satisfies Record<string, Kind>;

export type CssVariableName = keyof typeof variables;
export const cssVariableNames: readonly string[] = Object.keys(variables);

/**
 * A value as it is written into the page.
 * @returns the value, or what the variable takes, as a sentence
 */
export function readCssVariable(name: string, value: string): { css: string } | { refusal: string } {
  const kind = Object.entries<Kind>(variables).find(([known]) => known === name)?.[1];
  if (!kind) return { refusal: 'is no variable that can be set' };
  const node = value.length <= 100 ? parsed(value) : undefined;
  const css =
    node && isPlain(node, kind) && lexer.match(kind.syntax, node).error === null ? generate(node) : undefined;
  // What was parsed holds none of these: the last word if that should ever be wrong.
  if (css === undefined || /[^\w#.,%()/+ -]/.test(css)) return { refusal: `must be ${kind.takes}` };
  return { css };
}

function parsed(value: string): CssNode | undefined {
  try {
    return parse(value, {
      context: 'value',
      onParseError: (error) => {
        throw error;
      },
    });
  } catch {
    // Not a value of CSS: refused by the caller in its own words.
    return undefined;
  }
}

/** Numbers, known words, colours; no other function, no string, no address, and nothing larger than it may be. */
function isPlain(value: CssNode, { most, functions = [] }: Kind): boolean {
  let plain = true;
  walk(value, (node) => {
    plain &&= isPlainNode(node, most, functions);
  });
  return plain;
}

function isPlainNode(node: CssNode, most: Kind['most'], functions: readonly string[]): boolean {
  if (node.type === 'Identifier') return /^[a-z]+$/i.test(node.name);
  if (node.type === 'Number') return isWithin(node.value, most['']);
  if (node.type === 'Percentage') return isWithin(node.value, most['%']);
  if (node.type === 'Dimension') return isWithin(node.value, most[node.unit.toLowerCase()]);
  if (node.type === 'Function') return functions.includes(node.name.toLowerCase());
  return node.type === 'Value' || node.type === 'Operator' || node.type === 'Hash';
}

function isWithin(value: string, most: number | undefined): boolean {
  return most !== undefined && Math.abs(Number(value)) <= most;
}
