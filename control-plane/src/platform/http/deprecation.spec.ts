import 'reflect-metadata';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { declaredRoutes } from '../../openapi/declared-routes.js';
import { openApiDocument } from '../../openapi/openapi-document.js';
import { RateLimits } from './rate-limits.js';
import { guardRequests } from './request-hooks.js';
import { RouteTable } from './route-table.js';
import { DeprecatedRoutesModule } from './testing/deprecated-routes.js';

let nest: NestFastifyApplication;
beforeAll(async () => {
  const adapter = new FastifyAdapter();
  const fastify = adapter.getInstance();
  const routes = new RouteTable(fastify);
  const quiet: Pick<NestApplicationOptions, 'logger'> = { logger: false };
  nest = await NestFactory.create<NestFastifyApplication>(DeprecatedRoutesModule, adapter, quiet);
  guardRequests(fastify, {
    routes,
    authenticator: { authenticate: () => Promise.reject(new Error('not asked')), isTrusted: () => false },
    limits: new RateLimits(),
    serves: () => true,
    stop: new AbortController().signal,
    log: pino({ level: 'silent' }),
  });
  await nest.init();
});
afterAll(() => nest.close());

test('a route that will go says since when, until when and what to read', async () => {
  const { statusCode, headers } = await nest.inject({ method: 'GET', url: '/v1/old' });
  expect(statusCode).toBe(200);
  expect(headers).toMatchObject({
    deprecation: '@1777593600',
    sunset: 'Sun, 01 Nov 2026 00:00:00 GMT',
    link: '<https://docs.example.test/old>; rel="deprecation"; type="text/html"',
  });
});

test('a route that stays says nothing of it', async () => {
  const { headers } = await nest.inject({ method: 'GET', url: '/v1/new' });
  expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['deprecation']));
  expect(headers).not.toHaveProperty('sunset');
});

test('the document says which route will go, and which headers tell it', () => {
  const { paths } = openApiDocument(declaredRoutes([DeprecatedRoutesModule]));
  expect(paths).toMatchObject({
    '/v1/old': {
      get: {
        deprecated: true,
        responses: { 200: { headers: { Deprecation: {}, Sunset: {}, Link: {} } } },
      },
    },
    '/v1/new': { get: { operationId: 'new' } },
  });
  expect(JSON.stringify(paths).match(/"deprecated":true/g)).toHaveLength(1);
});
