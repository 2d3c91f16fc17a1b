/** What a JSON text says, or undefined when it is none (an empty or half written file). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
