import { createHash } from 'node:crypto';
import type { VersionedDeployment } from '../wire/deployment.js';
import type { JournalEntry } from '../wire/journal-entry.js';
import { dropSettledCreates } from './drop-settled-creates.js';
import { JournalReplay } from './journal-replay.js';

/** The engine that the product pins; readers check that the manifest's magic is the digest of its version. */
const engineVersion = 'v3.259.0';
const magic = createHash('sha256').update(engineVersion).digest('hex');

/**
 * The state that a run leaves: what it started from, plus its journal.
 * @param entries in the order of their sequence
 * @param at the time of the fold, RFC 3339
 */
export function foldJournal(
  base: VersionedDeployment,
  entries: readonly JournalEntry[],
  at: string,
): VersionedDeployment {
  if (entries.length === 0) return base;
  const replay = new JournalReplay(base.deployment);
  for (const entry of entries) replay.add(entry);
  const { deployment, ...schema } = replay.result();
  return {
    ...schema,
    deployment: { ...dropSettledCreates(deployment), manifest: { time: at, magic, version: engineVersion } },
  };
}
