import { load } from 'js-yaml';
import { z } from 'zod';

const permissions = z.union([z.string(), z.record(z.string(), z.string())]);
const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const job = z.looseObject({
  permissions: permissions.optional(),
  'timeout-minutes': z.number().optional(),
  uses: z.string().optional(),
  steps: z.array(step).default([]),
});
const workflow = z.looseObject({
  on: z.unknown(),
  permissions: permissions.optional(),
  jobs: z.record(z.string(), job),
});

type Job = z.output<typeof job>;
type Step = z.output<typeof step>;

/**
 * What is wrong with a workflow of GitHub Actions by this house's rules, a sentence each: actions by commit, least
 * permissions, no text of strangers in a shell. What the format itself asks is for actionlint.
 */
export function workflowFaults(text: string): string[] {
  const { on, permissions: of, jobs } = workflow.parse(load(text));
  const faults: string[] = [];
  if (of === undefined || typeof of === 'string' || Object.values(of).some((right) => right === 'write'))
    faults.push('the workflow must begin with permissions that write nothing; a job takes what it needs');
  if (JSON.stringify(on).includes('pull_request_target'))
    faults.push('pull_request_target gives strangers the rights of this repository');
  return [
    ...faults,
    ...Object.entries(jobs).flatMap(([name, each]) => jobFaults(name, each)),
    ...unversioned(text),
  ];
}

function jobFaults(
  name: string,
  { steps, uses, permissions: of, 'timeout-minutes': minutes }: Job,
): string[] {
  const faults: string[] = [];
  // A job that calls another workflow has the limits of that one's jobs.
  if (minutes === undefined && uses === undefined) faults.push('must have timeout-minutes');
  if (typeof of === 'string') faults.push('must list its permissions one by one');
  return [...faults, ...steps.flatMap(stepFaults)].map((fault) => `job ${name} ${fault}`);
}

function stepFaults({ uses, run, with: options }: Step): string[] {
  const faults: string[] = [];
  if (uses !== undefined && !uses.startsWith('./') && !/@[0-9a-f]{40}$/.test(uses))
    faults.push(`must pin ${uses} by its commit`);
  if (uses?.startsWith('actions/checkout@') === true && options?.['persist-credentials'] !== false)
    faults.push('must check out with persist-credentials: false');
  if (run !== undefined && /\$\{\{\s*(github\.(event|head_ref|ref_name)|inputs)/.test(run))
    faults.push('must hand what others may have written to a script by env, not as text of it');
  return faults;
}

/** A commit says nothing to a reader: its version stands beside it. */
function unversioned(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /uses: \S+@[0-9a-f]{40}/.test(line) && !/# v\d+\.\d+\.\d+$/.test(line))
    .map((line) => `${line.trim()} must say its version: # v1.2.3`);
}
