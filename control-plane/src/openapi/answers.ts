import { deprecationHeaders } from '../platform/http/deprecation.js';
import type { ResponseSpec, RouteSpec } from '../platform/http/route.decorator.js';
import type { RouteInput } from '../platform/http/route-input.js';
import { parameterNames } from '../platform/http/route-path.js';
import { readsTagged } from './header-parameters.js';
import type { SchemaComponents } from './schema-components.js';

type Json = Readonly<Record<string, unknown>>;

/** Every answer of a route: those that it names, and those that follow from what it is. */
export function answers(spec: RouteSpec, input: RouteInput, components: SchemaComponents): Json {
  const { 202: accepted } = spec.responses;
  return {
    ...Object.fromEntries(
      Object.entries(spec.responses).map(([status, response]) => [
        status,
        answer(response, components, deprecationNames(spec)),
      ]),
    ),
    ...(accepted &&
      !spec.responses[200] && {
        200: answer(
          { ...accepted, description: 'The operation, which has ended within Prefer: wait' },
          components,
          deprecationNames(spec),
        ),
      }),
    ...(readsTagged(spec) && { 304: { description: 'The spec is the one of If-None-Match' } }),
    ...Object.fromEntries(
      refusals(spec, input).map((status) => [String(status), { $ref: '#/components/responses/Problem' }]),
    ),
  };
}

/** The headers of a route that will go (RFC 9745, RFC 8594). */
function deprecationNames({ deprecated }: RouteSpec): string[] {
  return Object.keys(deprecationHeaders(deprecated)).map(
    (name) => name.charAt(0).toUpperCase() + name.slice(1),
  );
}

function answer(
  { description, schema, headers = [], contentType }: ResponseSpec,
  components: SchemaComponents,
  moreHeaders: readonly string[],
): Json {
  const names = [...headers, ...moreHeaders];
  const content = schema
    ? { 'application/json': components.media(schema, 'output') }
    : contentType && { [contentType]: { schema: { type: 'string' } } };
  return {
    description,
    ...(names.length > 0 && {
      headers: Object.fromEntries(names.map((name) => [name, { schema: { type: 'string' } }])),
    }),
    ...(content && { content }),
  };
}

/** Statuses that follow from what a route is, beside those that it names itself. */
export function refusals(spec: RouteSpec, input: RouteInput): number[] {
  const statuses = new Set<number>(spec.refusals ?? []);
  if (spec.access !== 'public') [400, 401, 403, 429, 431, 503].forEach((status) => statuses.add(status));
  if (parameterNames(spec.path).length > 0) [400, 404].forEach((status) => statuses.add(status));
  if (input.body) [413, 415].forEach((status) => statuses.add(status));
  if (spec.ifMatch) [412, 428].forEach((status) => statuses.add(status));
  if (spec.method === 'POST') statuses.add(422);
  return [...statuses].sort((a, b) => a - b);
}
