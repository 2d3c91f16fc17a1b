import type { ZodType } from 'zod';
import type { DeclaredRoute, ResponseSpec, RouteSpec } from '../platform/http/route.decorator.js';
import type { RouteInput } from '../platform/http/route-input.js';
import { openApiPath, parameterNames } from '../platform/http/route-path.js';
import { problemSchema } from './problem.schema.js';
import { SchemaComponents } from './schema-components.js';

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of the API (https://spec.openapis.org/oas/v3.1.1.html), from what the routes declare. */
export function openApiDocument(routes: readonly DeclaredRoute[]): Json {
  const components = new SchemaComponents();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { spec, input } of routes) {
    (paths[openApiPath(spec.path)] ??= {})[spec.method.toLowerCase()] = operation(spec, input, components);
  }
  const problem = components.schema(problemSchema, 'output');
  return {
    openapi: '3.1.1',
    info: {
      title: 'Leasehold',
      version: '1',
      description:
        'Provision, run and take away single-tenant deployments. Long work answers 202 with an Operation.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    tags: [...new Set(routes.map(({ spec }) => spec.tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: components.all(),
      responses: {
        Problem: {
          description: 'Refused (RFC 9457)',
          content: { 'application/problem+json': { schema: problem } },
        },
      },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, which begins with lh_.' },
      },
    },
  };
}

function operation(spec: RouteSpec, input: RouteInput, components: SchemaComponents): Json {
  return {
    operationId: spec.operationId,
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description !== undefined && { description: spec.description }),
    ...(spec.access === 'public' ? { security: [] } : { 'x-roles': spec.access }),
    parameters: [...pathParameters(spec), ...headerParameters(spec), ...queryParameters(input, components)],
    ...(input.body && { requestBody: { required: true, content: bodies(spec, input.body, components) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(spec.responses).map(([status, response]) => [status, answer(response, components)]),
      ),
      ...Object.fromEntries(
        refusals(spec, input).map((status) => [String(status), { $ref: '#/components/responses/Problem' }]),
      ),
    },
  };
}

function bodies({ takes, alsoTakes = {} }: RouteSpec, body: ZodType, components: SchemaComponents): Json {
  if (takes)
    return Object.fromEntries(takes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
  return {
    'application/json': { schema: components.schema(body, 'input') },
    ...Object.fromEntries(Object.keys(alsoTakes).map((type) => [type, { schema: { type: 'string' } }])),
  };
}

function answer(
  { description, schema, headers, contentType }: ResponseSpec,
  components: SchemaComponents,
): Json {
  const content = schema
    ? { 'application/json': { schema: components.schema(schema, 'output') } }
    : contentType && { [contentType]: { schema: { type: 'string' } } };
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' } }])),
    }),
    ...(content && { content }),
  };
}

/** Statuses that follow from what a route is, beside those that it names itself. */
export function refusals(spec: RouteSpec, input: RouteInput): number[] {
  const statuses = new Set<number>(spec.refusals ?? []);
  if (spec.access !== 'public') [400, 401, 403].forEach((status) => statuses.add(status));
  if (parameterNames(spec.path).length > 0) statuses.add(404);
  if (input.body) [413, 415].forEach((status) => statuses.add(status));
  if (spec.ifMatch) [412, 428].forEach((status) => statuses.add(status));
  if (spec.method === 'POST') statuses.add(422);
  return [...statuses].sort((a, b) => a - b);
}

function pathParameters({ path }: RouteSpec): Json[] {
  return parameterNames(path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function headerParameters(spec: RouteSpec): Json[] {
  const header = (name: string, required: boolean, description: string): Json => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  });
  return [
    ...(spec.ifMatch ? [header('If-Match', true, 'The ETag of what you have read.')] : []),
    ...(spec.method === 'POST' && !spec.piecewise
      ? [
          header(
            'Idempotency-Key',
            false,
            'The same key and body give the same answer for 24 hours, and one change.',
          ),
        ]
      : []),
    ...(spec.responses[200]?.contentType === 'text/event-stream'
      ? [header('Last-Event-ID', false, 'Go on after this event.')]
      : []),
  ];
}

function queryParameters({ query }: RouteInput, components: SchemaComponents): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = components.schema(query, 'input');
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}
