/** Where the document is kept for the generated client; the same place from src and from dist. */
export const committedDocument = new URL('../../../packages/api-client/openapi.json', import.meta.url);

export function documentText(document: unknown): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Who may call which route, for people. */
export const accessFile = new URL('../../../docs/access.md', import.meta.url);
