/** What people see of a start: one short line per phase, with how long it took. */
export class Report {
  readonly #began = performance.now();
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  line(text: string): void {
    this.#print(text);
  }

  /** Runs one phase and then prints its line. */
  async phase<T>(name: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    this.#print(`  ${name.padEnd(22)} ${seconds(performance.now() - began)}`);
    return result;
  }

  /** Time since the start, for the last line. */
  total(): string {
    return seconds(performance.now() - this.#began);
  }
}

/** A duration for people, for example `0.4 s` or `3 min 5 s`. */
export function seconds(milliseconds: number): string {
  const total = milliseconds / 1000;
  if (total < 60) return `${total.toFixed(1)} s`;
  return `${Math.floor(total / 60)} min ${Math.round(total % 60)} s`;
}
