import { z } from 'zod';
import { deployment, untypedDeployment } from './deployment.js';

/** Bodies of requests as the CLI sends them (`sdk/go/common/apitype`); what the service has no use for is not read. */
const tags = z.record(z.string(), z.string());
const bytes = z.base64().transform((text) => Buffer.from(text, 'base64'));

export const createStackRequest = z.object({
  stackName: z.string(),
  tags: tags.nullish(),
  state: untypedDeployment.nullish(),
});

export const renameStackRequest = z.object({ newName: z.string(), newProject: z.string() });

export const stackTags = tags;

export const createUpdateRequest = z.object({
  options: z.object({ dryRun: z.boolean().default(false) }).prefault({}),
  config: z.record(z.string(), z.unknown()).nullish(),
  metadata: z
    .object({ message: z.string().default(''), environment: z.record(z.string(), z.string()).nullish() })
    .prefault({}),
});
export type CreateUpdateRequest = z.output<typeof createUpdateRequest>;

export const startUpdateRequest = z.object({
  tags: tags.nullish(),
  journalVersion: z.number().int().default(0),
});

export const renewLeaseRequest = z.object({ duration: z.number().int().positive().default(300) });

export const completeUpdateRequest = z.object({ status: z.enum(['succeeded', 'failed', 'cancelled']) });

/** `deployment` is null when the CLI wants the checkpoint gone. */
export const checkpointRequest = z.object({
  isInvalid: z.boolean().default(false),
  version: z.number().int(),
  features: z.array(z.string()).nullish(),
  deployment: deployment.nullish(),
});

export const verbatimCheckpointRequest = z.object({
  version: z.number().int(),
  sequenceNumber: z.number().int().positive(),
  untypedDeployment,
});

const point = z.object({ offset: z.number().int().nonnegative() });
export const textEdit = z.object({ Span: z.object({ start: point, end: point }), NewText: z.string() });
export type TextEdit = z.output<typeof textEdit>;

export const deltaCheckpointRequest = z.object({
  version: z.number().int(),
  checkpointHash: z.string(),
  sequenceNumber: z.number().int().positive(),
  deploymentDelta: z.array(textEdit).nullable(),
});

export const encryptRequest = z.object({ plaintext: bytes.nullish() });
export const batchEncryptRequest = z.object({ plaintexts: z.array(bytes).nullish() });
export const decryptRequest = z.object({ ciphertext: bytes });
export const batchDecryptRequest = z.object({ ciphertexts: z.array(z.base64()).nullish() });
