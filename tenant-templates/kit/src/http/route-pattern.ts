/** Paths with `:name` segments, such as `/increments/:key`. */

/** Values by name, percent-decoded. */
export type Params = Readonly<Record<string, string>>;

export const noParams: Params = Object.freeze({});

interface Segment {
  literal: string;
  /** Undefined for a literal. */
  name: string | undefined;
}

export class RoutePattern {
  private readonly segments: readonly Segment[];

  constructor(readonly path: string) {
    this.segments = path
      .split('/')
      .map((part) => ({ literal: part, name: part.startsWith(':') ? part.slice(1) : undefined }));
  }

  /** Whether a path is a pattern at all. */
  static isPattern(path: string): boolean {
    return path.includes('/:');
  }

  /** Position of its first parameter: of two patterns that fit, the one with more literal segments before it is meant. */
  get literals(): number {
    const first = this.segments.findIndex(({ name }) => name !== undefined);
    return first === -1 ? this.segments.length : first;
  }

  /** The parameters of a path, split at its slashes; undefined when it does not fit, or a value is empty or not decodable. */
  match(parts: readonly string[]): Params | undefined {
    if (parts.length !== this.segments.length) return undefined;
    const params: Record<string, string> = {};
    for (const [index, { literal, name }] of this.segments.entries()) {
      const part = parts[index] ?? '';
      if (name === undefined) {
        if (part !== literal) return undefined;
        continue;
      }
      const value = decoded(part);
      if (value === undefined || value === '') return undefined;
      params[name] = value;
    }
    return params;
  }
}

function decoded(part: string): string | undefined {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    // A caller's mistake: there is nothing at such a path.
    return undefined;
  }
}
