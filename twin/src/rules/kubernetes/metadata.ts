import { dnsSubdomain, dnsLabel, labelKey, labelValue } from '../shape/names.js';
import { map, object, text, type Shape, type TextRule } from '../shape/shape.js';

/** Labels: qualified keys, short values (kubernetes.io/docs/concepts/overview/working-with-objects/labels). */
export const labels: Shape = map(text(labelValue), labelKey);

/** Annotations: qualified keys, any text. */
const annotations: Shape = map(text(), labelKey);

/**
 * Metadata that a caller may set. Names are always given: an object without one would get a random name, and then a
 * repeated creation would make a second object.
 */
export function metadata(namespaced: boolean, name: TextRule = dnsSubdomain): Shape {
  const optional: Record<string, Shape> = { labels, annotations };
  if (namespaced) optional['namespace'] = text(dnsLabel);
  return object({ name: text(name) }, optional);
}
