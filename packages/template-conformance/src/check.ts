import type { Subject } from './subject.js';

/** Something that every template must do. */
export interface Check {
  /** One word for the command line and scripts. */
  readonly name: string;
  /** What is promised to the platform, as a sentence without its end. */
  readonly promise: string;
  /** @throws CheckFailed, or NotChecked when the template has nothing to check. */
  run(subject: Subject): Promise<void>;
}

export interface CheckResult {
  readonly check: string;
  readonly promise: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What was seen, and what to do; why it was skipped. Empty when it passed. */
  readonly message: string;
  readonly durationMs: number;
}
