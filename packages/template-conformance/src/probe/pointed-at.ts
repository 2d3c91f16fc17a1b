/**
 * The text that a JSON Pointer (RFC 6901) finds in an answer's body; '' is the body itself, JSON or not.
 * @returns undefined when the body is no JSON, or has nothing there.
 */
export function pointedAt(body: string, pointer: string): string | undefined {
  if (pointer === '') return body;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const segment of pointer.slice(1).split('/')) {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Object.entries(value).find(([key]) => key === name)?.[1];
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
