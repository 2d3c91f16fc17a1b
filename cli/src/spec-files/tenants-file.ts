import { UsageError } from '../exit-code.js';
import { isObject, parseDocument } from './read-spec.js';

/** What a file for `tenants create` holds: many tenants as CSV or as a list, or one. */
export type TenantsFile =
  | { readonly kind: 'csv'; readonly text: string }
  | { readonly kind: 'list'; readonly items: Record<string, unknown>[] }
  | { readonly kind: 'one'; readonly document: unknown };

/** Tells by the name, and for standard input by the text: a first line with a column `slug` is a header of CSV. */
export function tenantsFile(file: string, text: string): TenantsFile {
  if (file.toLowerCase().endsWith('.csv') || (file === '-' && hasHeader(text))) return { kind: 'csv', text };
  const document = parseDocument(file, text);
  const list = isObject(document) && Array.isArray(document['items']) ? document['items'] : document;
  if (!Array.isArray(list)) return { kind: 'one', document };
  const items: unknown[] = list;
  if (items.length > 0 && items.every(isObject)) return { kind: 'list', items };
  throw new UsageError(
    `${file} must hold a list of tenants, such as [{"slug": "acme", "template": "counter"}].`,
  );
}

function hasHeader(text: string): boolean {
  const [line = ''] = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1);
  return line.includes(',') && /(^|,)"?slug"?(,|$)/.test(line);
}
