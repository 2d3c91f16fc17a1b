import type { Line } from './comparison.js';
import type { Run } from './numbers.js';

const header = [
  '| script | what | baseline | expected here | now | may be worse by | |',
  '| ------ | ---- | -------: | ------------: | --: | --------------: | - |',
];

/** The comparison for people, in Markdown. `faults` are what failed whatever the baseline says. */
export function reportOf(
  baseline: Run | undefined,
  now: Run,
  lines: readonly Line[],
  faults: readonly string[],
): string {
  const worse = lines.filter((line) => line.worse).length;
  return [
    `# k6: ${verdict(worse, faults.length)}`,
    '',
    `Now: ${aboutRun(now)}`,
    baseline === undefined ? 'There is no baseline yet (`--store`).' : `Baseline: ${aboutRun(baseline)}`,
    '',
    'Expected here: the baseline times what a bare server answers on this machine, measured around each script, by what it answered then.',
    '',
    ...(faults.length > 0 ? [...faults.map((fault) => `- **${fault}**`), ''] : []),
    ...header,
    ...lines.map(rowOf),
    '',
    `The bare server, in requests/s: ${bareServer(baseline, now)}.`,
    '',
  ].join('\n');
}

function verdict(worse: number, faults: number): string {
  if (worse === 0 && faults === 0) return 'as the baseline, within tolerance';
  return `${faults} faults, ${worse} numbers worse than the baseline`;
}

function aboutRun({ at, k6, users, seconds, machine: { cpus, model, node } }: Run): string {
  return `${at}, k6 ${k6}, ${users} users, ${seconds} s a script, ${cpus} processors (${model}), Node ${node}.`;
}

function bareServer(baseline: Run | undefined, now: Run): string {
  return Object.entries(now.scripts)
    .map(
      ([script, { calibration }]) =>
        `${shown(calibration)} around ${script} (baseline ${shown(baseline?.scripts[script]?.calibration)})`,
    )
    .join(', ');
}

function rowOf({ script, title, before, expected, now, tolerance, worse }: Line): string {
  const cells = [script, title, shown(before), shown(expected), shown(now), `${tolerance * 100} %`];
  return `| ${[...cells, worse ? '**worse**' : ''].join(' | ')} |`;
}

/** Three digits are more than such a measurement knows. */
function shown(value: number | undefined): string {
  if (value === undefined) return '-';
  return String(Number(value.toPrecision(3)));
}
