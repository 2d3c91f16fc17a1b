import { FilterError, operators, type Comparison, type Filter, type Operator } from './filter-syntax.js';

/** Deeper or longer ones are refused: a filter is read by recursion, and each comparison is work for the database. */
const mostDepth = 16;
const mostComparisons = 40;

const space = /\s*/y;
const fieldName = /[A-Za-z]\w*(\.[\w][\w./-]*)?/y;
const bareValue = /[^\s()"'=<>!:,][^\s()"'=<>!,]*/y;
const quoted = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/sy;

/**
 * Reads a filter such as `state = active AND (labels.tier = "gold" OR NOT plan:free)`. As in AIP-160, OR binds closer than AND.
 * An empty text is no filter.
 * @throws FilterError
 */
export function parseFilter(text: string): Filter | undefined {
  if (text.trim() === '') return undefined;
  const parser = new Parser(text);
  const filter = parser.conjunction(0);
  parser.requireEnd();
  return filter;
}

class Parser {
  #at = 0;
  #comparisons = 0;

  constructor(private readonly text: string) {}

  conjunction(depth: number): Filter {
    const parts = [this.#disjunction(depth)];
    while (this.#word('AND')) parts.push(this.#disjunction(depth));
    return combined('and', parts);
  }

  requireEnd(): void {
    this.#skip();
    if (this.#at >= this.text.length) return;
    throw this.#problem(
      this.text[this.#at] === ')' ? 'closes a bracket that is not open' : 'must be AND, OR or the end',
    );
  }

  #disjunction(depth: number): Filter {
    const parts = [this.#term(depth)];
    while (this.#word('OR')) parts.push(this.#term(depth));
    return combined('or', parts);
  }

  #term(depth: number): Filter {
    if (depth > mostDepth) throw this.#problem(`is nested deeper than ${mostDepth} levels`);
    if (this.#word('NOT')) return { kind: 'not', part: this.#term(depth + 1) };
    if (!this.#sign('(')) return this.#comparison();
    const inner = this.conjunction(depth + 1);
    if (!this.#sign(')')) throw this.#problem('must be a closing bracket');
    return inner;
  }

  #comparison(): Comparison {
    if (++this.#comparisons > mostComparisons) {
      throw this.#problem(`is one comparison too many; a filter has at most ${mostComparisons}`);
    }
    this.#skip();
    const fieldAt = this.#at + 1;
    const field = this.#match(fieldName);
    if (field === undefined) throw this.#problem('must be the name of a field');
    this.#skip();
    const operatorAt = this.#at + 1;
    const operator = this.#operator();
    if (!operator) throw this.#problem(`must be one of ${operators.join(' ')}`);
    this.#skip();
    const valueAt = this.#at + 1;
    const value = this.#value();
    return { kind: 'comparison', field, fieldAt, operator, operatorAt, ...value, valueAt };
  }

  #value(): Pick<Comparison, 'value' | 'bare'> {
    const bare = this.#match(bareValue);
    if (bare !== undefined) return { value: bare, bare: true };
    const inQuotes = this.#match(quoted);
    if (inQuotes === undefined)
      throw this.#problem(
        'must be a value, in quotes when it has other signs than letters, digits and . _ - + /',
      );
    return { value: inQuotes.slice(1, -1).replaceAll(/\\(.)/gs, '$1'), bare: false };
  }

  #operator(): Operator | undefined {
    const found = operators.find((known) => this.text.startsWith(known, this.#at));
    if (found) this.#at += found.length;
    return found;
  }

  #word(word: string): boolean {
    this.#skip();
    const found = new RegExp(`${word}(?![\\w.:=<>!])`, 'iy');
    return this.#match(found) !== undefined;
  }

  #sign(sign: string): boolean {
    this.#skip();
    if (this.text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #skip(): void {
    this.#match(space);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #problem(sentence: string): FilterError {
    return new FilterError(
      this.#at + 1,
      this.#at >= this.text.length ? `ends too early: ${sentence}` : sentence,
    );
  }
}

function combined(kind: 'and' | 'or', parts: readonly Filter[]): Filter {
  const [only] = parts;
  return only && parts.length === 1 ? only : { kind, parts };
}
