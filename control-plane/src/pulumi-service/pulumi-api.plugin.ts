import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../platform/app-error.js';
import { PulumiApiError } from './pulumi-api-error.js';
import type { PulumiService } from './pulumi-service.js';
import { accountRoutes } from './routes/account.routes.js';
import { Authenticator } from './routes/authenticate.js';
import type { PulumiAccess } from './caller.js';
import { bodyLimit, parseBodies } from './routes/body.js';
import { historyRoutes } from './routes/history.routes.js';
import { progressRoutes } from './routes/progress.routes.js';
import { secretRoutes } from './routes/secret.routes.js';
import { stackRoutes } from './routes/stack.routes.js';
import { updateRoutes } from './routes/update.routes.js';

/** From this size on a CLI that keeps no journal sends what has changed instead of the whole state. */
const defaultDeltaFromBytes = 1024 * 1024;

/**
 * Pulumi's Service API as the CLI speaks it (client side: `pkg/backend/httpstate` of pulumi/pulumi v3.259.0), to be registered
 * under the prefix `/api`. It is a Fastify plugin and not Nest controllers, since its errors, bodies and limits are Pulumi's.
 */
export function pulumiApi(
  service: PulumiService,
  access: PulumiAccess,
  { deltaFromBytes = defaultDeltaFromBytes }: { deltaFromBytes?: number } = {},
): (app: FastifyInstance) => Promise<void> {
  return (app) => {
    const authenticator = new Authenticator(access, service.runs, service.updateRecords, service.observers);
    app.addHook('onRequest', async (request) => {
      if (!request.is404 && !request.routeOptions.config.open) await authenticator.admit(request);
    });
    parseBodies(app);
    app.setErrorHandler(answerError);
    app.setNotFoundHandler(answerUnknown);
    accountRoutes(app, authenticator, deltaFromBytes);
    stackRoutes(app, authenticator, service.stacks, service.updates);
    historyRoutes(app, authenticator, service.stacks);
    updateRoutes(app, authenticator, service.stacks, service.updates);
    progressRoutes(app, authenticator, service.progress);
    secretRoutes(app, authenticator, service.stacks, service.secrets);
    return Promise.resolve();
  };
}

function answerError(
  error: FastifyError | PulumiApiError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = error instanceof PulumiApiError ? error : translated(error);
  if (known.code === 500) request.log.error({ err: error }, 'a request of the Pulumi CLI failed');
  return reply.code(known.code).send({ code: known.code, message: known.message });
}

/** Errors of the server around this plugin are about the request's form; everything else is ours, and its text stays inside. */
function translated(error: FastifyError | AppError): PulumiApiError {
  if (error instanceof AppError)
    return new PulumiApiError(error.kind === 'internal' ? 500 : 404, error.publicMessage);
  if (error.statusCode === 413) return new PulumiApiError(413, `The body is larger than ${bodyLimit} bytes.`);
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new PulumiApiError(400, `Bad Request: ${error.message}`);
  return new PulumiApiError(500, 'Internal error; the log of the control plane says more.');
}

function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .send({ code: 404, message: `Not Found: ${request.method} ${request.url} is no route of this service` });
}
