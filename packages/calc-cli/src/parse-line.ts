/** What a line at the prompt means. Pure. */

export type Call =
  | { readonly method: 'Add' | 'Max'; readonly request: { readonly a: string; readonly b: string } }
  | { readonly method: 'NthPrimes'; readonly request: { readonly n: readonly string[] } };

export type Line =
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'nothing' | 'help' | 'exit' };

/** Reads a line; a word that is not known is a question for help. */
export function parseLine(line: string): Line {
  const [word, ...parameters] = line.trim().split(/\s+/);
  switch (word) {
    case '':
    case undefined:
      return { kind: 'nothing' };
    case 'add':
      return pair('Add', parameters);
    case 'max':
      return pair('Max', parameters);
    case 'np':
      return places(parameters);
    case 'exit':
      return { kind: 'exit' };
    default:
      return { kind: 'help' };
  }
}

function pair(method: 'Add' | 'Max', parameters: readonly string[]): Line {
  const [a, b] = parameters;
  if (a === undefined || b === undefined || parameters.length > 2) return say('expected 2 parameters');
  const wrong = parameters.find((parameter) => !isInteger(parameter, -(2n ** 63n), 2n ** 63n - 1n));
  if (wrong !== undefined) return say(`${wrong} is not an int64`);
  return { kind: 'call', call: { method, request: { a, b } } };
}

function places(parameters: readonly string[]): Line {
  if (parameters.length === 0) return say('expected at least 1 parameter');
  const wrong = parameters.find((parameter) => !isInteger(parameter, 0n, 2n ** 64n - 1n));
  if (wrong !== undefined) return say(`${wrong} is not a uint64`);
  return { kind: 'call', call: { method: 'NthPrimes', request: { n: parameters } } };
}

function isInteger(text: string, least: bigint, greatest: bigint): boolean {
  if (!/^-?\d{1,25}$/.test(text)) return false;
  const value = BigInt(text);
  return value >= least && value <= greatest;
}

function say(text: string): Line {
  return { kind: 'say', text };
}
