import type { ZodType } from 'zod';
import type { DeclaredRoute, RouteSpec } from '../platform/http/route.decorator.js';
import type { RouteInput } from '../platform/http/route-input.js';
import { openApiPath, parameterNames } from '../platform/http/route-path.js';
import { answers } from './answers.js';
import { headerParameters } from './header-parameters.js';
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
  const problem = components.media(problemSchema, 'output');
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
          content: { 'application/problem+json': problem },
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
    ...(spec.deprecated && { deprecated: true }),
    ...(spec.access === 'public' ? { security: [] } : { 'x-roles': spec.access }),
    parameters: [...pathParameters(spec), ...headerParameters(spec), ...queryParameters(input, components)],
    ...(input.body && { requestBody: { required: true, content: bodies(spec, input.body, components) } }),
    responses: answers(spec, input, components),
  };
}

function bodies({ takes, alsoTakes = {} }: RouteSpec, body: ZodType, components: SchemaComponents): Json {
  if (takes)
    return Object.fromEntries(takes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
  return {
    'application/json': components.media(body, 'input'),
    ...Object.fromEntries(Object.keys(alsoTakes).map((type) => [type, { schema: { type: 'string' } }])),
  };
}

function pathParameters({ path }: RouteSpec): Json[] {
  return parameterNames(path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
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
