import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { RowPlace, RowsPage } from '../archive/read-page.js';
import { readRowLine, RowLineError, type ArchivedRow } from '../archive/row-line.js';

/** What the admin surface asks of the rows of a prefix. */
export interface ArchiveRoutes {
  readonly page: (prefix: string, after: RowPlace | undefined, maxBytes: number) => Promise<RowsPage>;
  readonly write: (prefix: string, rows: readonly ArchivedRow[]) => Promise<void>;
}

const pageBytes = 4 * 1024 * 1024;
/** A page with one row above the size is longer: Bigtable's rows end at 256 MiB. */
const maxBodyBytes = 400 * 1024 * 1024;

const place = z.strictObject({ table: z.string(), key: z.base64() });

/** The request is at fault; `status` is its answer. */
export class ArchiveRequestError extends Error {
  override readonly name = 'ArchiveRequestError';
  constructor(
    readonly status: 400 | 405 | 413,
    message: string,
  ) {
    super(message);
  }
}

/**
 * `GET …/rows?after=` answers a page of the prefix's rows as lines, with the next place in `leasehold-next`; `POST …/rows` writes lines back.
 * @throws ArchiveRequestError
 */
export async function serveRows(
  request: IncomingMessage,
  response: ServerResponse,
  prefix: string,
  routes: ArchiveRoutes,
): Promise<void> {
  if (request.method === 'GET') await sendPage(request, response, prefix, routes);
  else if (request.method === 'POST') await takeRows(request, response, prefix, routes);
  else throw new ArchiveRequestError(405, 'Use GET or POST.');
}

async function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  prefix: string,
  { page }: ArchiveRoutes,
): Promise<void> {
  const { searchParams } = new URL(request.url ?? '/', 'http://gateway');
  const { lines, next } = await page(prefix, readPlace(searchParams.get('after')), pageBytes);
  response.writeHead(200, {
    'content-type': 'application/x-ndjson',
    ...(next && { 'leasehold-next': writePlace(next) }),
  });
  response.end(lines.map((line) => `${line}\n`).join(''));
}

async function takeRows(
  request: IncomingMessage,
  response: ServerResponse,
  prefix: string,
  { write }: ArchiveRoutes,
): Promise<void> {
  const lines = (await bodyOf(request)).split('\n').filter((line) => line !== '');
  try {
    const rows = lines.map((line, index) => readRowLine(prefix, line, index + 1));
    await write(prefix, rows);
  } catch (error) {
    if (error instanceof RowLineError) throw new ArchiveRequestError(400, error.message);
    throw error;
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ rows: lines.length }));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > maxBodyBytes)
      throw new ArchiveRequestError(413, `A request has at most ${maxBodyBytes} bytes.`);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString();
}

function writePlace({ table, key }: RowPlace): string {
  return Buffer.from(JSON.stringify({ table, key: key.toString('base64') })).toString('base64url');
}

function readPlace(text: string | null): RowPlace | undefined {
  if (text === null) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    content = undefined;
  }
  const parsed = place.safeParse(content);
  if (!parsed.success)
    throw new ArchiveRequestError(400, 'after is not a place that an earlier page has given.');
  return { table: parsed.data.table, key: Buffer.from(parsed.data.key, 'base64') };
}
