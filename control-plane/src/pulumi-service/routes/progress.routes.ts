import type { FastifyInstance } from 'fastify';
import { memberText } from '../checkpoints/member-text.js';
import type { ProgressService } from '../progress.service.js';
import { PulumiApiError } from '../pulumi-api-error.js';
import { engineEventBatch } from '../wire/engine-event.js';
import { journalEntries } from '../wire/journal-entry.js';
import { checkpointRequest, deltaCheckpointRequest, verbatimCheckpointRequest } from '../wire/requests.js';
import type { Authenticator } from './authenticate.js';
import { rawBody, readBody } from './body.js';
import { updatePath } from './update.routes.js';
import { pulumiRoute } from './pulumi-route.js';

/** What a running update sends, under its lease: journal or checkpoints, and engine events. */
export function progressRoutes(
  app: FastifyInstance,
  authenticator: Authenticator,
  progress: ProgressService,
): void {
  app.patch(`${updatePath}/journalentries`, pulumiRoute, async (request, reply) => {
    const lease = authenticator.lease(request);
    await progress.append(lease, readBody(request, journalEntries).entries ?? []);
    return reply.code(204).send();
  });

  app.patch(`${updatePath}/checkpoint`, pulumiRoute, async (request, reply) => {
    const lease = authenticator.lease(request);
    const { version, features, deployment, isInvalid } = readBody(request, checkpointRequest);
    const state =
      deployment && !isInvalid ? { schemaVersion: version, features: features ?? [], deployment } : undefined;
    await progress.checkpoint(lease, state);
    return reply.code(204).send();
  });

  app.patch(`${updatePath}/checkpointverbatim`, pulumiRoute, async (request, reply) => {
    const lease = authenticator.lease(request);
    const { sequenceNumber } = readBody(request, verbatimCheckpointRequest);
    const text = memberText(rawBody(request), 'untypedDeployment');
    if (!text) throw new PulumiApiError(400, 'Bad Request: untypedDeployment is missing.');
    await progress.verbatimCheckpoint(lease, sequenceNumber, text);
    return reply.code(204).send();
  });

  app.patch(`${updatePath}/checkpointdelta`, pulumiRoute, async (request, reply) => {
    const lease = authenticator.lease(request);
    const { sequenceNumber, deploymentDelta, checkpointHash } = readBody(request, deltaCheckpointRequest);
    const edits = deploymentDelta ?? [];
    await progress.deltaCheckpoint(lease, { sequence: sequenceNumber, edits, sha256: checkpointHash });
    return reply.code(204).send();
  });

  app.post(`${updatePath}/events/batch`, pulumiRoute, async (request, reply) => {
    const lease = authenticator.lease(request);
    await progress.events(lease, readBody(request, engineEventBatch).events ?? []);
    return reply.code(204).send();
  });
}
