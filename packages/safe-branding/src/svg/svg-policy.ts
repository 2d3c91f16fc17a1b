/**
 * What of SVG a logo may use: shapes, text, gradients, clipping. Left out on purpose: whatever runs (script, handlers,
 * animation), refers to something outside of the file (image, use, a, feImage), brings another language (foreignObject,
 * metadata), or can be nested so that a small file takes for ever to draw (use, pattern, marker, filters).
 */
export const svgNamespace = 'http://www.w3.org/2000/svg';

export const allowedElements = [
  ...['svg', 'g', 'defs', 'title', 'desc', 'style'],
  ...['path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon', 'text', 'tspan'],
  ...['linearGradient', 'radialGradient', 'stop', 'clipPath', 'mask'],
] as const;

/** Presentation attributes, which are properties of CSS too: https://www.w3.org/TR/SVG2/styling.html#PresentationAttributes */
export const allowedProperties = [
  ...[
    'fill',
    'fill-opacity',
    'fill-rule',
    'stroke',
    'stroke-dasharray',
    'stroke-dashoffset',
    'stroke-linecap',
  ],
  ...[
    'stroke-linejoin',
    'stroke-miterlimit',
    'stroke-opacity',
    'stroke-width',
    'color',
    'opacity',
    'visibility',
  ],
  ...['display', 'clip-path', 'clip-rule', 'mask', 'mask-type', 'stop-color', 'stop-opacity', 'paint-order'],
  ...[
    'font-family',
    'font-size',
    'font-style',
    'font-weight',
    'font-stretch',
    'letter-spacing',
    'word-spacing',
  ],
  ...['text-anchor', 'text-decoration', 'dominant-baseline', 'alignment-baseline', 'baseline-shift'],
  ...[
    'shape-rendering',
    'text-rendering',
    'color-interpolation',
    'vector-effect',
    'mix-blend-mode',
    'isolation',
  ],
  ...['transform', 'transform-origin'],
] as const;

export const allowedAttributes = [
  ...allowedProperties,
  ...[
    'id',
    'class',
    'style',
    'version',
    'viewBox',
    'preserveAspectRatio',
    'overflow',
    'xml:space',
    'xml:lang',
  ],
  ...[
    'x',
    'y',
    'x1',
    'y1',
    'x2',
    'y2',
    'dx',
    'dy',
    'cx',
    'cy',
    'r',
    'rx',
    'ry',
    'fx',
    'fy',
    'fr',
    'd',
    'points',
  ],
  ...['width', 'height', 'rotate', 'textLength', 'lengthAdjust', 'pathLength', 'offset', 'type', 'media'],
  ...['gradientUnits', 'gradientTransform', 'spreadMethod', 'clipPathUnits', 'maskUnits', 'maskContentUnits'],
  ...['href', 'xlink:href'],
] as const;

/** References to other elements; each may name one of the same file. */
const references: ReadonlySet<string> = new Set(['href', 'xlink:href']);
/** Functions of colours and of transformations. */
const functions = new Set([
  ...[
    'rgb',
    'rgba',
    'hsl',
    'hsla',
    'matrix',
    'translate',
    'translatex',
    'translatey',
    'scale',
    'scalex',
    'scaley',
  ],
  ...['rotate', 'skewx', 'skewy'],
]);
const localUrl = /url\(\s*(["']?)#[\w.-]+\1\s*\)/g;

/** Whether an attribute may have a value: no address but one inside the file, no escape that could hide one. */
export function isSafeValue(name: string, value: string): boolean {
  if (references.has(name)) return /^#[\w.-]+$/.test(value.trim());
  if (name === 'id') return /^[\w.-]+$/.test(value);
  if (name === 'type') return value === 'text/css';
  if (name === 'style') return !/[\\<>@]|\/\*/.test(value);
  const rest = value.replaceAll(localUrl, '');
  if (/[\\<>{}@:;]|\/\*/.test(rest)) return false;
  const calls = rest.matchAll(/([\w-]*)\s*\(/g);
  return [...calls].every(([, called]) => functions.has((called ?? '').toLowerCase()));
}
