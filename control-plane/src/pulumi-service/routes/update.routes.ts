import type { FastifyInstance } from 'fastify';
import type { StacksService } from '../stacks.service.js';
import type { UpdatesService } from '../updates.service.js';
import {
  completeUpdateRequest,
  createUpdateRequest,
  renewLeaseRequest,
  startUpdateRequest,
} from '../wire/requests.js';
import type { Authenticator } from './authenticate.js';
import { readBody } from './body.js';
import { stackOf, updateIdOf } from './parameters.js';
import { pulumiRoute } from './pulumi-route.js';

const stackPath = '/stacks/:organization/:project/:stack';
/** Once it is created, the CLI calls an update of any kind `update`. */
export const updatePath = `${stackPath}/update/:updateId`;

/** An update's life: requested, started, renewed, ended. */
export function updateRoutes(
  app: FastifyInstance,
  authenticator: Authenticator,
  stacks: StacksService,
  updates: UpdatesService,
): void {
  for (const kind of ['update', 'preview', 'refresh', 'destroy'] as const) {
    app.post(`${stackPath}/${kind}`, pulumiRoute, async (request) => {
      const caller = authenticator.caller(request);
      const stack = await stacks.findToChange(caller, stackOf(request));
      return { updateID: await updates.create(caller, stack, kind, readBody(request, createUpdateRequest)) };
    });
  }

  app.post(updatePath, pulumiRoute, async (request) => {
    const stack = await stacks.findToChange(authenticator.caller(request), stackOf(request));
    const { tags, journalVersion } = readBody(request, startUpdateRequest);
    const started = await updates.start(stack.id, updateIdOf(request), {
      tags: tags ?? undefined,
      journal: journalVersion >= 1,
    });
    return {
      version: started.version,
      token: started.token,
      tokenExpiration: Math.floor(started.tokenExpiration),
      ...(started.journal ? { journalVersion: 1 } : {}),
    };
  });

  app.get(updatePath, pulumiRoute, async (request) => {
    const stack = await stacks.find(authenticator.caller(request), stackOf(request));
    const state = await updates.status(stack.id, updateIdOf(request));
    const status = state === 'cancelled' ? 'failed' : state === 'requested' ? 'not started' : state;
    return { status, events: [] };
  });

  app.post(`${updatePath}/cancel`, pulumiRoute, async (request, reply) => {
    const stack = await stacks.findToChange(authenticator.caller(request), stackOf(request));
    await updates.cancel(stack.id, updateIdOf(request));
    return reply.code(204).send();
  });

  app.post(`${updatePath}/renew_lease`, pulumiRoute, async (request) => {
    const lease = authenticator.lease(request);
    const expires = await updates.renew(lease, readBody(request, renewLeaseRequest).duration);
    return { token: request.headers.authorization?.split(' ')[1], tokenExpiration: Math.floor(expires) };
  });

  app.post(`${updatePath}/complete`, pulumiRoute, async (request, reply) => {
    const lease = authenticator.lease(request);
    await updates.complete(lease, readBody(request, completeUpdateRequest).status);
    return reply.code(204).send();
  });
}
