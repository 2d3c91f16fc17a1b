/**
 * Counters, gauges and histograms of one process in the Prometheus text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). A recording is an addition to a number that its
 * holder keeps, because a route answers 70,000 times a second and a look-up by labels costs as much as the answer.
 */
export type Labels = Readonly<Record<string, string>>;

type Kind = 'counter' | 'gauge' | 'histogram';

interface Family {
  kind: Kind;
  help: string;
  series: Map<string, () => string[]>;
}

/** A number that only grows. */
export interface Counter {
  add(amount?: number): void;
}

/** A distribution of observed values. */
export interface Histogram {
  observe(value: number): void;
}

export class Metrics {
  private readonly families = new Map<string, Family>();

  counter(name: string, help: string, labels: Labels = {}): Counter {
    let value = 0;
    this.register('counter', name, help, labels, () => [`${name}${render(labels)} ${value}`]);
    return { add: (amount = 1) => void (value += amount) };
  }

  /** A value that is asked for at each scrape. */
  gauge(name: string, help: string, read: () => number, labels: Labels = {}): void {
    this.register('gauge', name, help, labels, () => [`${name}${render(labels)} ${read()}`]);
  }

  /** A growing value that something else keeps, asked for at each scrape. */
  counterOf(name: string, help: string, read: () => number, labels: Labels = {}): void {
    this.register('counter', name, help, labels, () => [`${name}${render(labels)} ${read()}`]);
  }

  /** Buckets are upper bounds, ascending. */
  histogram(name: string, help: string, buckets: readonly number[], labels: Labels = {}): Histogram {
    const counts = new Array<number>(buckets.length + 1).fill(0);
    let sum = 0;
    this.register('histogram', name, help, labels, () => histogramLines(name, labels, buckets, counts, sum));
    return {
      observe(value) {
        let bucket = 0;
        while (bucket < buckets.length && value > (buckets[bucket] ?? Infinity)) bucket++;
        counts[bucket] = (counts[bucket] ?? 0) + 1;
        sum += value;
      },
    };
  }

  /** All of it as text. */
  expose(): string {
    const lines: string[] = [];
    for (const [name, { kind, help, series }] of this.families) {
      lines.push(
        `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
        `# TYPE ${name} ${kind}`,
      );
      for (const read of series.values()) lines.push(...read());
    }
    return `${lines.join('\n')}\n`;
  }

  private register(kind: Kind, name: string, help: string, labels: Labels, read: () => string[]): void {
    const family = this.families.get(name) ?? { kind, help, series: new Map<string, () => string[]>() };
    const key = render(labels);
    if (family.kind !== kind || family.series.has(key))
      throw new Error(`Metric ${name}${key} is registered twice.`);
    family.series.set(key, read);
    this.families.set(name, family);
  }
}

function histogramLines(
  name: string,
  labels: Labels,
  buckets: readonly number[],
  counts: readonly number[],
  sum: number,
): string[] {
  let total = 0;
  const lines = counts.map((count, index) => {
    total += count;
    return `${name}_bucket${render({ ...labels, le: String(buckets[index] ?? '+Inf') })} ${total}`;
  });
  return [...lines, `${name}_sum${render(labels)} ${sum}`, `${name}_count${render(labels)} ${total}`];
}

function render(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
