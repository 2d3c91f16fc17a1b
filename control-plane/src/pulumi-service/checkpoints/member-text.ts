/**
 * The bytes of one member's value in a JSON object, untouched: the deltas that follow a checkpoint count its bytes, so it must
 * not be printed anew. The text must be valid JSON (parse it first).
 */
export function memberText(json: Buffer, member: string): Buffer | undefined {
  let depth = 0;
  let name: string | undefined;
  let valueStart = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = String.fromCharCode(json[at] ?? 0);
    if (byte === '"') {
      const end = endOfString(json, at);
      if (depth === 1 && name === undefined) name = String(JSON.parse(json.toString('utf8', at, end + 1)));
      at = end;
    } else if (depth === 1 && byte === ':' && valueStart === 0) {
      valueStart = at + 1;
    } else if (depth === 1 && (byte === ',' || byte === '}')) {
      if (name === member) return json.subarray(valueStart, at);
      name = undefined;
      valueStart = 0;
    }
    if (byte === '{' || byte === '[') depth++;
    if (byte === '}' || byte === ']') depth--;
  }
  return undefined;
}

function endOfString(json: Buffer, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== 0x22) at += json[at] === 0x5c ? 2 : 1;
  return at;
}
