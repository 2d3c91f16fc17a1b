import type { ConformanceProbe, ProbeRequest } from '@leasehold/template-manifest';
import type { Answer } from '../ground/pod.js';
import { becomes, waitFor } from '../wait-for.js';
import { pointedAt } from './pointed-at.js';

/** What was written, and how it is read. */
export interface Evidence {
  readonly captured: readonly string[];
  readonly sent: number;
  readonly read: (request: ProbeRequest, value: string) => Promise<Answer | undefined>;
}

type Check = ConformanceProbe['check'];
type Kind<K extends Check['kind']> = Extract<Check, { kind: K }>;

/** What is wrong with the stored data, as a sentence; undefined when nothing is. */
export async function judge(check: Check, evidence: Evidence): Promise<string | undefined> {
  switch (check.kind) {
    case 'unique':
      return repeated(evidence.captured);
    case 'readable':
      return missing(check, evidence);
    case 'total':
      return wrongTotal(check, evidence);
  }
}

function repeated(captured: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const value of captured) {
    if (seen.has(value)) return `${JSON.stringify(value.slice(0, 100))} was handed out twice.`;
    seen.add(value);
  }
  return undefined;
}

/** How many values are read back at the same time. */
const readers = 8;

async function missing(check: Kind<'readable'>, { captured, read }: Evidence): Promise<string | undefined> {
  const lost: string[] = [];
  const left = [...captured];
  const reader = async (): Promise<void> => {
    for (let value = left.pop(); value !== undefined && lost.length === 0; value = left.pop()) {
      if (!(await isReadable(check, value, read))) lost.push(value);
    }
  };
  await Promise.all(Array.from({ length: readers }, reader));
  return lost[0] === undefined
    ? undefined
    : `What was acknowledged as ${JSON.stringify(lost[0].slice(0, 100))} cannot be read back (of ${captured.length} acknowledged writes).`;
}

function isReadable(check: Kind<'readable'>, value: string, read: Evidence['read']): Promise<boolean> {
  const readable = async (): Promise<boolean> =>
    (await read(check.read, value))?.status === check.read.status;
  return becomes(readable, check.withinSeconds * 1000);
}

async function wrongTotal(
  check: Kind<'total'>,
  { captured, sent, read }: Evidence,
): Promise<string | undefined> {
  let last = 'nothing';
  const total = async (): Promise<number | undefined> => {
    const answer = await read(check.read, '');
    if (answer?.status !== check.read.status) return undefined;
    last = pointedAt(answer.body, check.pointer) ?? 'nothing';
    return Number(last);
  };
  const enough = await waitFor(async () => {
    const now = await total();
    return now !== undefined && now >= captured.length ? now : undefined;
  }, check.withinSeconds * 1000);
  if (enough === undefined)
    return `${captured.length} writes were acknowledged, and the total says ${last} after ${check.withinSeconds} s.`;
  return enough > sent ? `${sent} writes were sent, and the total says ${last}.` : undefined;
}
