import type { FastifyInstance } from 'fastify';
import { AppError } from '../app-error.js';

/** 1 MiB, as api conventions say; what is larger is refused before it is read where its length is announced. */
export const bodyLimitBytes = 1024 * 1024;

/** Deeper documents are refused: nothing in the API needs them, and recursion over them would exhaust the stack. */
const maxDepth = 32;

/** Makes JSON the only body that the API reads. */
export function readJsonBodiesOnly(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: bodyLimitBytes },
    (request, text, done) => {
      if (text.length === 0) {
        done(null, undefined);
        return;
      }
      void parse(request, text.toString(), (error, body: unknown) => {
        const problem = error ? 'The body is not valid JSON' : storageProblem(body, 0);
        done(problem === undefined ? null : malformedJson(problem, error), body);
      });
    },
  );
}

function malformedJson(problem: string, cause: Error | null): AppError {
  const where = cause
    ? `: ${cause.message.replace(/^Body is not valid JSON.*$/, 'it could not be parsed')}.`
    : '.';
  return new AppError('malformed', 'malformed_json', { publicMessage: problem + where, cause });
}

/** What of a document Postgres could not store or a recursive reader could not read; undefined when all is well. */
export function storageProblem(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return textProblem(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= maxDepth) return `The body is nested deeper than ${maxDepth} levels`;
  for (const [key, item] of Object.entries(value)) {
    const problem = textProblem(key) ?? storageProblem(item, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Postgres stores neither NUL nor half a surrogate pair (https://www.postgresql.org/docs/18/datatype-json.html). */
function textProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'The body holds a text with the character NUL, which cannot be stored';
  if (!text.isWellFormed()) return 'The body holds a text with half a surrogate pair, which cannot be stored';
  return undefined;
}
