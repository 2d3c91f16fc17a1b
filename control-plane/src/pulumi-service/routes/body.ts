import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodType } from 'zod';
import { PulumiApiError } from '../pulumi-api-error.js';

/** States are sent whole; one of some thousand resources has some ten megabytes. The limit holds for the inflated body too. */
export const bodyLimit = 64 * 1024 * 1024;

const inflate = promisify(gunzip);
const bodies = new WeakMap<FastifyRequest, Buffer>();

/** Bodies are JSON, gzip or not, whatever their content type says (the CLI sends one even where there is no body). */
export function parseBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit },
    async (request: FastifyRequest, body: Buffer) => {
      bodies.set(request, await inflated(request.headers['content-encoding'], body));
    },
  );
}

/** @throws PulumiApiError 400 when the body is no JSON or not of this shape */
export function readBody<T>(request: FastifyRequest, schema: ZodType<T>): T {
  const text = rawBody(request);
  const parsed = schema.safeParse(text.length === 0 ? {} : parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new PulumiApiError(
    400,
    `Bad Request: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`,
  );
}

/** The body's bytes, inflated. */
export function rawBody(request: FastifyRequest): Buffer {
  return bodies.get(request) ?? Buffer.alloc(0);
}

async function inflated(encoding: string | undefined, body: Buffer): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'x-gzip')
    throw new PulumiApiError(415, `Bodies may be gzip; "${encoding}" is not known.`);
  try {
    return await inflate(body, { maxOutputLength: bodyLimit });
  } catch (error) {
    if (error instanceof RangeError)
      throw new PulumiApiError(413, `The body is larger than ${bodyLimit} bytes.`);
    throw new PulumiApiError(400, 'Bad Request: The body is no valid gzip.');
  }
}

function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    throw new PulumiApiError(400, 'Bad Request: The body is no valid JSON.');
  }
}
