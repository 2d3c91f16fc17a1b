import type { Measured, Numbers, Run } from './numbers.js';

/** How a number is judged: `scaled` ones are first set right for the speed of the machine. */
interface Rule {
  readonly metric: keyof Numbers;
  readonly title: string;
  readonly better: 'more' | 'less';
  readonly scaled: 'as the rate' | 'as the time' | 'no';
  /** The share by which it may be worse than the baseline. */
  readonly tolerance: number;
}

/** The further out in the tail, the more a number differs from run to run: two runs on one quiet machine must not differ by as much. */
export const rules: readonly Rule[] = [
  { metric: 'perSecond', title: 'requests/s', better: 'more', scaled: 'as the rate', tolerance: 0.25 },
  { metric: 'p50', title: 'p50 ms', better: 'less', scaled: 'as the time', tolerance: 0.35 },
  { metric: 'p95', title: 'p95 ms', better: 'less', scaled: 'as the time', tolerance: 0.5 },
  { metric: 'p99', title: 'p99 ms', better: 'less', scaled: 'as the time', tolerance: 1 },
  { metric: 'errors', title: 'errors', better: 'less', scaled: 'no', tolerance: 0 },
  { metric: 'memory', title: 'memory MB', better: 'less', scaled: 'no', tolerance: 0.25 },
];

/** One number of one script beside the baseline. */
export interface Line {
  readonly script: string;
  readonly title: string;
  /** Undefined when the baseline does not have the script. */
  readonly before: number | undefined;
  /** The baseline's number on a machine as fast as this one. */
  readonly expected: number | undefined;
  readonly now: number;
  readonly tolerance: number;
  readonly worse: boolean;
}

/** Undefined when two runs can be compared, else why not: more users at once wait longer for each answer, whatever the product does. */
export function incomparable(baseline: Run, now: Run): string | undefined {
  if (baseline.users === now.users) return undefined;
  return `The baseline has ${baseline.users} users and this run ${now.users}: run with --users ${baseline.users}, or --store another baseline.`;
}

/** Each number of a run beside the baseline, set right by what the bare server did on both machines. */
export function compare(baseline: Run | undefined, now: Run): Line[] {
  return Object.entries(now.scripts).flatMap(([script, measured]) => {
    const before = baseline?.scripts[script];
    return rules.map((rule) => ({ script, ...lineOf(rule, before, measured) }));
  });
}

function lineOf(rule: Rule, before: Measured | undefined, now: Measured): Omit<Line, 'script'> {
  const { metric, title, tolerance } = rule;
  const found = now.numbers[metric];
  const shown = { title, tolerance, before: before?.numbers[metric], now: found };
  if (before === undefined) return { ...shown, expected: undefined, worse: false };
  const expected = before.numbers[metric] * factor(rule, now.calibration / before.calibration);
  const worse =
    rule.better === 'more' ? found < expected * (1 - tolerance) : found > expected * (1 + tolerance);
  return { ...shown, expected, worse };
}

function factor({ scaled }: Rule, speed: number): number {
  if (scaled === 'no') return 1;
  return scaled === 'as the rate' ? speed : 1 / speed;
}
