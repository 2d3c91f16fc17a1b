import type { FastifyInstance } from 'fastify';
import { AppError } from '../app-error.js';
import { bodyLimitBytes } from './json-body.js';
import type { RouteSpec } from './route.decorator.js';

/** Media types that some route takes as they are (`takes`). */
const binaryTypes = ['image/svg+xml', 'image/png'];

/** Reads pictures as bytes; only a route that takes them gets one (`requireKnownType`). */
export function readDeclaredBytes(fastify: FastifyInstance): void {
  for (const type of binaryTypes) {
    fastify.addContentTypeParser(
      type,
      { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
      (_request, bytes, done) => {
        done(null, bytes);
      },
    );
  }
}

/** Refuses bytes that a route does not take, and everything else where it takes bytes, before the body is read. */
export function requireKnownType(route: RouteSpec, contentType: string | undefined): void {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  const known = route.takes ?? [];
  if (type === undefined ? known.length === 0 : known.includes(type)) return;
  if (known.length === 0 && !binaryTypes.includes(type ?? '')) return;
  const wanted = known.length === 0 ? 'application/json' : known.join(' or ');
  throw new AppError('unsupported_media_type', 'unsupported_media_type', {
    publicMessage: `Send the body as Content-Type: ${wanted}.`,
  });
}
