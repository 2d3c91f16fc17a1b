import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeyAuthenticator } from './access/authenticator.service.js';
import { AppModule } from './app.module.js';
import { closeServer } from './close-server.js';
import { AppError } from './platform/app-error.js';
import { bodyLimitBytes, readJsonBodiesOnly } from './platform/http/json-body.js';
import { problemAnswer } from './platform/http/problem.js';
import { quietConnections } from './platform/http/quiet-connections.js';
import { guardRequests } from './platform/http/request-hooks.js';
import { observeRequests } from './platform/http/request-log.js';
import { readDeclaredBytes } from './platform/http/binary-body.js';
import { readDeclaredTexts } from './platform/http/text-body.js';
import { answerUnreadable, maxHeaderBytes } from './platform/http/unreadable-request.js';
import { traceRequests } from './platform/http/request-trace.js';
import { RateLimits } from './platform/http/rate-limits.js';
import { RouteTable } from './platform/http/route-table.js';
import type { Ground } from './platform/platform.module.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { NestLogger } from './platform/telemetry/nest-logger.js';

export interface ControlPlaneApp {
  readonly nest: NestFastifyApplication;
  readonly routes: RouteTable;
  /** Takes no new request, lets what is being answered end, and stops what the application runs. */
  readonly close: () => Promise<void>;
}

/** The whole program as a Nest application on Fastify, ready to listen; nothing has been started yet. */
export async function createApp(ground: Ground): Promise<ControlPlaneApp> {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    routerOptions: { maxParamLength: 1_000 },
    requestIdHeader: false,
    genReqId: (request: IncomingMessage) => requestId(request.headers['x-request-id']),
    trustProxy: false,
    // Time to send a whole request; without it a slow sender holds its connection for ever.
    requestTimeout: 30_000,
    // On stop, what is being answered is answered; connections without a request are closed.
    forceCloseConnections: 'idle',
    frameworkErrors: answerBadUrl,
    clientErrorHandler: answerUnreadable,
    http: { maxHeaderSize: maxHeaderBytes },
  });
  const fastify = adapter.getInstance();
  const closeQuiet = quietConnections(fastify.server);
  const routes = new RouteTable(fastify);
  readJsonBodiesOnly(fastify);
  readDeclaredTexts(fastify);
  readDeclaredBytes(fastify);
  const options: Pick<NestApplicationOptions, 'bodyParser' | 'logger' | 'abortOnError'> = {
    bodyParser: false,
    logger: new NestLogger(ground.log),
    abortOnError: false,
  };
  const nest = await NestFactory.create<NestFastifyApplication>(AppModule.on(ground), adapter, options);
  traceRequests(fastify);
  observeRequests(fastify, { log: ground.log, metrics: nest.get(Metrics) });
  guardRequests(fastify, {
    routes,
    authenticator: nest.get(ApiKeyAuthenticator),
    limits: new RateLimits(),
    serves: ({ tag }) => ground.settings.LEASEHOLD_ROLE !== 'worker' || tag === 'health',
    stop: ground.stop,
    log: ground.log,
  });
  return { nest, routes, close: () => closeServer(nest, closeQuiet) };
}

/** A caller's own request id is taken over when it is harmless in logs and headers. */
function requestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : `req_${randomUUID()}`;
}

/** A path that the router cannot even read passes no hook: it is answered here. */
function answerBadUrl(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = new AppError('malformed', 'malformed_url', {
    publicMessage: 'The path of the request is not a valid URL.',
    cause: error,
  });
  const answer = problemAnswer(refusal, request.id);
  void reply
    .status(answer.status)
    .headers({ ...answer.headers, 'x-request-id': request.id })
    .send(answer.body);
}
