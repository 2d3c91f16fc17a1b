/** Style sheets inside an SVG, read by a parser of CSS and written anew from what is allowed of them. */
import { generate, parse, walk, type CssNode, type Declaration } from 'css-tree';
import { allowedProperties, isSafeValue } from './svg-policy.js';

const properties: ReadonlySet<string> = new Set(allowedProperties);
/** `.a`, `#b`, `path`, `g > path`: what drawing programs write. No attribute can be read by a selector. */
const selectorNodes = new Set([
  ...['SelectorList', 'Selector', 'ClassSelector', 'IdSelector', 'TypeSelector', 'Combinator'],
]);

export interface CleanedStyle {
  readonly css: string;
  readonly removed: readonly string[];
}

/** The rules of a `<style>` element; at-rules (@import, @font-face, @media) are taken out. */
export function cleanStyleSheet(text: string): CleanedStyle {
  const removed: string[] = [];
  const sheet = parsed(text, 'stylesheet');
  if (sheet?.type !== 'StyleSheet') return { css: '', removed: ['style sheet'] };
  const rules: string[] = [];
  for (const node of sheet.children) {
    if (node.type === 'Comment') continue;
    if (node.type !== 'Rule' || !isPlainSelector(node.prelude)) {
      removed.push(node.type === 'Atrule' ? `rule @${node.name}` : 'rule');
      continue;
    }
    const kept = keptDeclarations([...node.block.children], removed);
    if (kept !== '') rules.push(`${generate(node.prelude)}{${kept}}`);
  }
  return { css: rules.join(''), removed };
}

/** The declarations of a `style` attribute. */
export function cleanDeclarations(text: string): CleanedStyle {
  const removed: string[] = [];
  const list = parsed(text, 'declarationList');
  if (list?.type !== 'DeclarationList') return { css: '', removed: ['style'] };
  return { css: keptDeclarations([...list.children], removed), removed };
}

function parsed(text: string, context: string): CssNode | undefined {
  try {
    return parse(text, { context, parseCustomProperty: false });
  } catch {
    // What is no CSS styles nothing.
    return undefined;
  }
}

function isPlainSelector(prelude: CssNode): boolean {
  let plain = prelude.type === 'SelectorList';
  walk(prelude, (node) => {
    plain &&= selectorNodes.has(node.type);
  });
  return plain && isSafeSelector(generate(prelude));
}

function isSafeSelector(selector: string): boolean {
  return /^[\w.#>+~, *-]+$/.test(selector);
}

function keptDeclarations(nodes: readonly CssNode[], removed: string[]): string {
  const kept: string[] = [];
  for (const node of nodes) {
    const written = node.type === 'Declaration' ? keptDeclaration(node) : undefined;
    if (written !== undefined) kept.push(written);
    else if (node.type === 'Declaration') removed.push(`style ${node.property}`);
    else if (node.type !== 'Comment') removed.push('style');
  }
  return kept.join(';');
}

function keptDeclaration(node: Declaration): string | undefined {
  const property = node.property.toLowerCase();
  if (!properties.has(property) || node.value.type === 'Raw') return undefined;
  const value = generate(node.value);
  return isSafeValue(property, value) ? `${property}:${value}` : undefined;
}
