import { loadManifest } from '@leasehold/template-manifest';
import type { Check, CheckResult } from './check.js';
import { CheckFailed, NotChecked } from './verdict.js';
import { checks } from './checks/index.js';
import { Ground } from './ground/ground.js';
import { Subject } from './subject.js';

export interface SuiteOptions {
  /** Names of the checks to run; all when left out. */
  readonly only?: readonly string[];
  /** Told of each check when it has ended. */
  readonly onResult?: (result: CheckResult) => void;
  /** Receives a line for people when something takes time. */
  readonly onProgress?: (line: string) => void;
  /** Stretches each deadline; 1 when left out. Tests of bad templates wait less. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs the checks over the image in a folder, one after the other; each has tenants and pods of its own.
 * @throws ManifestError when `template.json` is not usable; ToolUnavailableError when the emulator cannot be had.
 */
export async function testTemplate(image: string, options: SuiteOptions = {}): Promise<CheckResult[]> {
  const manifest = await loadManifest(image);
  const { only, onResult, onProgress, patience, signal } = options;
  await using ground = await Ground.open([manifest], onProgress ? { onProgress } : {});
  const subject = new Subject(manifest, image, ground, patience);
  const results: CheckResult[] = [];
  for (const check of checks.filter(({ name }) => only === undefined || only.includes(name))) {
    signal?.throwIfAborted();
    const result = await runCheck(check, subject);
    results.push(result);
    onResult?.(result);
  }
  return results;
}

async function runCheck(check: Check, subject: Subject): Promise<CheckResult> {
  const started = performance.now();
  const { outcome, message } = await outcomeOf(check, subject);
  const durationMs = Math.round(performance.now() - started);
  return { check: check.name, promise: check.promise, outcome, message, durationMs };
}

async function outcomeOf(check: Check, subject: Subject): Promise<Pick<CheckResult, 'outcome' | 'message'>> {
  try {
    await check.run(subject);
    return { outcome: 'passed', message: '' };
  } catch (error) {
    if (error instanceof NotChecked) return { outcome: 'skipped', message: error.message };
    if (error instanceof CheckFailed) return { outcome: 'failed', message: error.message };
    throw error;
  } finally {
    await subject.ground.link.mend();
    subject.ground.link.release();
  }
}
