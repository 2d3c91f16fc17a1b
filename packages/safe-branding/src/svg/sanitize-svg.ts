import createDOMPurify, { type DOMPurify } from 'dompurify';
import { JSDOM } from 'jsdom';
import { UnsafeImageError, type SafeImage } from '../images/image.js';
import { readSvgText } from './read-svg-text.js';
import { allowedAttributes, allowedElements, isSafeValue, svgNamespace } from './svg-policy.js';
import { cleanDeclarations, cleanStyleSheet } from './svg-styles.js';

const xlinkNamespace = 'http://www.w3.org/1999/xlink';

/** More than the most detailed logos have; what is nested deeper was made to be slow. */
const maxElements = 5_000;
const maxDepth = 64;

/**
 * Writes an SVG anew from what is allowed of it (svg-policy.ts), through DOMPurify over jsdom's parser of XML.
 * @throws UnsafeImageError for what is no SVG, or nothing is left of
 */
export function sanitizeSvg(bytes: Uint8Array): SafeImage {
  const text = readSvgText(bytes);
  const { window } = new JSDOM('');
  try {
    const removed = new Set<string>();
    const root = parseSvg(window, text);
    purifierOf(window, removed).sanitize(root, {
      IN_PLACE: true,
      PARSER_MEDIA_TYPE: 'application/xhtml+xml',
      NAMESPACE: svgNamespace,
      ALLOWED_NAMESPACES: [svgNamespace],
      ALLOWED_TAGS: [...allowedElements, '#text'],
      ALLOWED_ATTR: [...allowedAttributes],
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
    });
    modernise(root);
    requirePolicy(root);
    const written = new window.XMLSerializer().serializeToString(root);
    // What is handed out is what a reader will understand of it.
    requirePolicy(parseSvg(window, written));
    return {
      type: 'image/svg+xml',
      bytes: new TextEncoder().encode(written),
      removed: [...removed].sort(),
    };
  } finally {
    window.close();
  }
}

/** @throws UnsafeImageError unless the text is well-formed XML whose root is an SVG of bounded size. */
function parseSvg(window: JSDOM['window'], text: string): Element {
  // Before the parser, which would take long over a hundred thousand of them. An element has two tags at most.
  if (text.split('<').length > 3 * maxElements) throw tooManyElements();
  const root = new window.DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  if (root.localName === 'parsererror') {
    throw new UnsafeImageError(`The SVG is not well-formed XML: ${firstLine(root.textContent)}`);
  }
  if (root.namespaceURI !== svgNamespace || root.nodeName !== 'svg') {
    throw new UnsafeImageError(
      `The root of an SVG is <svg xmlns="${svgNamespace}">; this file has another one.`,
    );
  }
  requireBounds(root);
  return root;
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0]?.slice(0, 200) ?? '';
}

/** Without recursion: the depth is what is judged. */
function requireBounds(root: Element): void {
  let [count, depth] = [0, 1];
  for (let at: Element | null = root; at;) {
    count += 1;
    if (depth > maxDepth) throw new UnsafeImageError(`The SVG is nested deeper than ${maxDepth} levels.`);
    if (count > maxElements) throw tooManyElements();
    if (at.firstElementChild) {
      at = at.firstElementChild;
      depth += 1;
      continue;
    }
    while (at && !at.nextElementSibling) {
      at = at === root ? null : at.parentElement;
      depth -= 1;
    }
    at = at?.nextElementSibling ?? null;
  }
}

function tooManyElements(): UnsafeImageError {
  return new UnsafeImageError(`The SVG has more than ${maxElements} elements; simplify it.`);
}

function purifierOf(window: JSDOM['window'], removed: Set<string>): DOMPurify {
  const purifier = createDOMPurify(window);
  purifier.addHook('uponSanitizeElement', (node, { tagName, allowedTags }) => {
    if (tagName === 'style') {
      const { css, removed: rules } = cleanStyleSheet(node.textContent ?? '');
      node.textContent = css;
      rules.forEach((rule) => removed.add(rule));
    } else if (allowedTags[tagName] !== true && node.nodeType === window.Node.ELEMENT_NODE) {
      removed.add(`element ${tagName}`);
    }
  });
  purifier.addHook('uponSanitizeAttribute', (node, data) => {
    if (data.attrName.startsWith('xmlns')) return;
    const before = data.attrValue;
    if (data.attrName === 'style') {
      const { css, removed: declarations } = cleanDeclarations(before);
      data.attrValue = css;
      declarations.forEach((declaration) => removed.add(declaration));
    }
    const kept =
      data.attrValue !== '' &&
      isSafeValue(data.attrName, data.attrValue) &&
      !isNestedClip(node, data.attrName);
    data.keepAttr = kept;
    if (!kept || data.allowedAttributes[data.attrName] !== true) removed.add(`attribute ${data.attrName}`);
  });
  return purifier;
}

/** `xlink:href` is `href` in every browser of today: https://www.w3.org/TR/SVG2/linking.html#XLinkRefAttrs */
function modernise(root: Element): void {
  for (const node of [root, ...root.querySelectorAll('*')]) {
    const target = node.getAttributeNS(xlinkNamespace, 'href');
    node.removeAttributeNS(xlinkNamespace, 'href');
    if (target !== null && !node.hasAttribute('href')) node.setAttribute('href', target);
  }
}

/** A mask of masks of masks doubles the work of drawing with each level. */
function isNestedClip(node: Element, attribute: string): boolean {
  const clips = attribute === 'mask' || attribute === 'clip-path';
  return clips && node.closest('mask, clipPath') !== null;
}

const elements: ReadonlySet<string> = new Set(allowedElements);
const attributes: ReadonlySet<string> = new Set(allowedAttributes);

/** A second look that shares nothing with the sanitiser: what is left is in the policy, or nothing is handed out. */
function requirePolicy(root: Element): void {
  for (const node of [root, ...root.querySelectorAll('*')]) {
    const known = node.namespaceURI === svgNamespace && elements.has(node.nodeName);
    const wrong = [...node.attributes].find(
      ({ name, value }) => name !== 'xmlns' && !(attributes.has(name) && isSafeValue(name, value)),
    );
    if (known && !wrong) continue;
    throw new UnsafeImageError(
      `The SVG could not be made safe: <${node.nodeName.slice(0, 40)}${wrong ? ` ${wrong.name.slice(0, 40)}` : ''}> is left. Export it as plain SVG.`,
    );
  }
}
