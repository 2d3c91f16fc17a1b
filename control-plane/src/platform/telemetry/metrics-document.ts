import type { Registry } from 'prom-client';
import { z } from 'zod';

/** What a metric of prom-client says of itself beyond its public type: the names of its labels. */
const described = z.object({ labelNames: z.array(z.string()).default([]) });

export interface DescribedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/** The product's own metrics in a registry, by name. */
export function describeMetrics(registry: Registry): DescribedMetric[] {
  return registry
    .getMetricsAsArray()
    .filter((metric) => metric.name.startsWith('leasehold_'))
    .map((metric) => ({
      name: metric.name,
      type: typeOf(metric),
      labels: described.parse(metric).labelNames,
      help: metric.help,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `docs/metrics.md`, printed from the registry itself. */
export function metricsDocument(registry: Registry): string {
  const cells = describeMetrics(registry).map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', ') || '-',
    help,
  ]);
  return `${head}\n\n${table(['metric', 'type', 'labels', 'what'], cells)}`;
}

/** A table as the formatter would leave it. */
function table(titles: readonly string[], cells: readonly (readonly string[])[]): string {
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  return [titles, widths.map((width) => '-'.repeat(width)), ...cells].map(line).join('');
}

/** The registry hands out its Counters, Gauges and Histograms themselves. */
function typeOf(metric: object): string {
  return metric.constructor.name.toLowerCase();
}

const head = `<!-- Printed from the registry by \`npm run -w @leasehold/control-plane metrics-doc\`; a test compares. -->

# Metrics

\`GET /metrics\` of every control-plane process, in Prometheus' text format. Labels have values that the product bounds: a slug or
an id is never one; what happened to one tenant is in its operations, events and traces. Gauges are read from the database and
are the same in every process: take \`max\` over instances. Histograms and counters belong to their process: take \`sum\`.
Beside these there are the metrics of Node.js itself (\`process_*\`, \`nodejs_*\`).`;
