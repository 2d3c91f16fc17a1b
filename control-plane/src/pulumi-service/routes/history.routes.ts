import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { PulumiApiError } from '../pulumi-api-error.js';
import type { StacksService } from '../stacks.service.js';
import type { HistoryEntry, UpdateState } from '../updates.repository.js';
import type { Authenticator } from './authenticate.js';
import { queryOf, stackOf } from './parameters.js';
import { pulumiRoute } from './pulumi-route.js';

const stackPath = '/stacks/:organization/:project/:stack';
const pageQuery = z.object({
  pageSize: z.coerce.number().int().min(1).max(1000).default(100),
  page: z.coerce.number().int().positive().default(1),
});

/** What has been done to a stack (`pulumi stack history`, `pulumi config refresh`). */
export function historyRoutes(
  app: FastifyInstance,
  authenticator: Authenticator,
  stacks: StacksService,
): void {
  app.get(`${stackPath}/updates`, pulumiRoute, async (request) => {
    const { pageSize, page } = queryOf(request, pageQuery);
    const caller = authenticator.caller(request);
    const entries = await stacks.history(caller, stackOf(request), { size: pageSize, number: page });
    return { updates: entries.map(entryJson) };
  });

  app.get(`${stackPath}/updates/latest`, pulumiRoute, async (request) => {
    const caller = authenticator.caller(request);
    const [latest] = await stacks.history(caller, stackOf(request), { size: 1, number: 1 });
    if (!latest) throw new PulumiApiError(404, 'Not Found: The stack was never updated.');
    return { info: entryJson(latest) };
  });
}

const results: Readonly<Record<UpdateState, string>> = {
  requested: 'not-started',
  running: 'in-progress',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'failed',
};

function entryJson(entry: HistoryEntry): object {
  const { kind, version, message, environment, config, resourceChanges, resourceCount } = entry;
  return {
    kind,
    version,
    message,
    environment,
    config,
    startTime: Math.floor(entry.startedAt),
    endTime: Math.floor(entry.endedAt ?? 0),
    result: results[entry.state],
    ...(resourceChanges === null ? {} : { resourceChanges }),
    ...(resourceCount === null ? {} : { resourceCount }),
  };
}
