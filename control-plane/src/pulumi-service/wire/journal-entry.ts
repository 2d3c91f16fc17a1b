import { z } from 'zod';
import { deployment, pendingOperation, resourceState, secretsProviders } from './deployment.js';

/** The kinds of `sdk/go/common/apitype/journal.go`, by their number on the wire. */
export const journalEntryKind = {
  begin: 0,
  success: 1,
  failure: 2,
  refreshSuccess: 3,
  outputs: 4,
  write: 5,
  secretsManager: 6,
  rebuiltBaseState: 7,
  extensionParameterize: 8,
  snippets: 9,
} as const;

const reference = z.number().int().nullish();

export const journalEntry = z.looseObject({
  version: z.literal(1),
  kind: z.enum(journalEntryKind),
  sequenceID: z.number().int().positive(),
  operationID: z.number().int().nonnegative(),
  removeOld: reference,
  removeNew: reference,
  pendingReplacementOld: reference,
  pendingReplacementNew: reference,
  deleteOld: reference,
  deleteNew: reference,
  state: resourceState.nullish(),
  operation: pendingOperation.nullish(),
  isRefresh: z.boolean().optional(),
  secretsProvider: secretsProviders.nullish(),
  newSnapshot: deployment.nullish(),
  snippets: z.array(z.looseObject({ references: z.record(z.string(), z.string()).nullish() })).nullish(),
  extensionRef: z.string().nullish(),
  extension: z.unknown().optional(),
  requiresByteString: z.boolean().optional(),
});
export type JournalEntry = z.output<typeof journalEntry>;

export const journalEntries = z.object({ entries: z.array(journalEntry).nullish() });
