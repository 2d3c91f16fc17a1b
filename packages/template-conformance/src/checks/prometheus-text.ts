/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*"`;
const number = String.raw`(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NaN|[+-]?Inf)`;

/** A sample: its name, labels, value and perhaps a time. */
export const sampleLine = new RegExp(
  String.raw`^[a-zA-Z_:][\w:]*(?:\{(?:${label}(?:,${label})*,?)?\})?\s+${number}(?:\s+-?\d+)?\s*$`,
);

/** The sum of all samples of a name; undefined when there is none. */
export function sumOf(text: string, name: string): number | undefined {
  const samples = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  if (samples.length === 0) return undefined;
  return samples.reduce((sum, line) => sum + Number(/([^\s}]+)\s*$/.exec(line)?.[1] ?? 0), 0);
}
