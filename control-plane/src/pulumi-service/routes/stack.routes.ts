import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { atServiceUrl } from '../secrets/secrets-provider-url.js';
import type { Stack, StackSummary } from '../stacks.repository.js';
import type { StacksService } from '../stacks.service.js';
import type { UpdatesService } from '../updates.service.js';
import { fromUntyped, toUntyped, untypedDeployment } from '../wire/deployment.js';
import { createStackRequest, renameStackRequest, stackTags } from '../wire/requests.js';
import type { Authenticator } from './authenticate.js';
import { readBody } from './body.js';
import { queryOf, stackOf } from './parameters.js';
import { pulumiRoute } from './pulumi-route.js';

const stackPath = '/stacks/:organization/:project/:stack';
const projectParameters = z.object({ organization: z.string(), project: z.string() });
const versionParameter = z.object({ version: z.coerce.number().int().positive() });
const listQuery = z.object({
  organization: z.string().optional(),
  project: z.string().optional(),
  tagName: z.string().optional(),
  tagValue: z.string().optional(),
  continuationToken: z.coerce.number().int().nonnegative().default(0),
});

/** Stacks and their states. */
export function stackRoutes(
  app: FastifyInstance,
  authenticator: Authenticator,
  stacks: StacksService,
  updates: UpdatesService,
): void {
  app.get('/user/stacks', pulumiRoute, async (request) => {
    const { continuationToken, ...filter } = queryOf(request, listQuery);
    const page = await stacks.list(authenticator.caller(request), filter, continuationToken);
    return {
      stacks: page.stacks.map(summaryJson),
      ...(page.next === undefined ? {} : { continuationToken: String(page.next) }),
    };
  });

  app.head('/stacks/:organization/:project', pulumiRoute, async (request, reply) => {
    const { organization, project } = projectParameters.parse(request.params);
    const exists = await stacks.projectExists(authenticator.caller(request), organization, project);
    return reply.code(exists ? 200 : 404).send();
  });

  app.post('/stacks/:organization/:project', pulumiRoute, async (request) => {
    const { organization, project } = projectParameters.parse(request.params);
    const caller = authenticator.caller(request);
    const { stackName, tags, state } = readBody(request, createStackRequest);
    const ref = { organization, project, name: stackName };
    await stacks.create(caller, ref, tags ?? {}, state ? fromUntyped(state) : undefined);
    return {};
  });

  app.get(stackPath, pulumiRoute, async (request) =>
    stackJson(await stacks.find(authenticator.caller(request), stackOf(request))),
  );

  app.delete(stackPath, pulumiRoute, async (request, reply) => {
    const { force } = queryOf(request, z.object({ force: z.stringbool().default(false) }));
    await stacks.remove(authenticator.caller(request), stackOf(request), force);
    return reply.code(204).send();
  });

  for (const path of [`${stackPath}/export`, `${stackPath}/export/:version`]) {
    app.get(path, pulumiRoute, async (request) => {
      const version = versionParameter.safeParse(request.params).data?.version;
      const state = await stacks.export(authenticator.caller(request), stackOf(request), version);
      return toUntyped(atServiceUrl(state, `${request.protocol}://${request.host}`));
    });
  }

  app.post(`${stackPath}/import`, pulumiRoute, async (request) => {
    const caller = authenticator.caller(request);
    const stack = await stacks.findToChange(caller, stackOf(request));
    const state = fromUntyped(readBody(request, untypedDeployment));
    return { updateId: await updates.import(caller, stack, state) };
  });

  app.post(`${stackPath}/rename`, pulumiRoute, async (request, reply) => {
    const { newName, newProject } = readBody(request, renameStackRequest);
    const caller = authenticator.caller(request);
    await stacks.rename(caller, stackOf(request), { project: newProject, name: newName });
    return reply.code(204).send();
  });

  app.patch(`${stackPath}/tags`, pulumiRoute, async (request, reply) => {
    const caller = authenticator.caller(request);
    await stacks.setTags(caller, stackOf(request), readBody(request, stackTags));
    return reply.code(204).send();
  });
}

function stackJson({ id, ref, tags, version, activeUpdate }: Stack): object {
  return {
    id: String(id),
    orgName: ref.organization,
    projectName: ref.project,
    stackName: ref.name,
    activeUpdate: activeUpdate ?? '',
    tags,
    version,
  };
}

function summaryJson({ ref, lastUpdate, resourceCount }: StackSummary): object {
  return {
    id: '',
    orgName: ref.organization,
    projectName: ref.project,
    stackName: ref.name,
    ...(lastUpdate === null ? {} : { lastUpdate: Math.floor(lastUpdate) }),
    ...(resourceCount === null ? {} : { resourceCount }),
    links: { self: '' },
  };
}
