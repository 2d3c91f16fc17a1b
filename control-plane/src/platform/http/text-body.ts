import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../app-error.js';
import { bodyLimitBytes, storageProblem } from './json-body.js';
import type { RouteSpec } from './route.decorator.js';

/** Media types of text that some route reads beside JSON. */
const textTypes = ['text/csv'];

/** Lets the routes that name another media type (`alsoTakes`) read it; they get the JSON that it stands for. */
export function readDeclaredTexts(fastify: FastifyInstance): void {
  for (const type of textTypes) {
    fastify.addContentTypeParser(
      type,
      { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
      async (request: FastifyRequest, bytes: Buffer): Promise<unknown> => {
        const read = request.routeOptions.config.declared?.spec.alsoTakes?.[type];
        if (!read) throw unsupported();
        const text = decoded(bytes);
        const problem = storageProblem(text, 0);
        if (problem !== undefined)
          throw new AppError('malformed', 'malformed_text', { publicMessage: `${problem}.` });
        return Promise.resolve(read(text));
      },
    );
  }
}

/** Refuses a media type by the head of the request, before its body is read. */
export function requireKnownText(route: RouteSpec, contentType: string | undefined): void {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (textTypes.includes(type) && !route.alsoTakes?.[type]) throw unsupported();
}

/** Without the mark of byte order that spreadsheets put in front. */
function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('malformed', 'malformed_text', {
      publicMessage: 'The body is not UTF-8; save the file as UTF-8 and send it again.',
      cause,
    });
  }
}

function unsupported(): AppError {
  return new AppError('unsupported_media_type', 'unsupported_media_type', {
    publicMessage: 'Send the body as Content-Type: application/json.',
  });
}
