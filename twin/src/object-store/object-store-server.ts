/**
 * The twin's object store: the part of Cloud Storage's JSON API that the product uses, over the buckets and IAM members
 * of the inventory. It listens on the loopback address alone.
 */
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { once } from 'node:events';
import type { Logger } from 'pino';
import type { Account, TokenVerifier } from '../identity/service-account-token.js';
import { readGcsRequest, type GcsRequest } from './gcs-request.js';
import { readMultipart, type Upload } from './multipart-upload.js';
import type { ObjectAccess, ObjectRight } from './object-access.js';
import { GenerationMismatchError, type ObjectFiles, type ObjectMeta } from './object-files.js';

export interface ObjectStoreOptions {
  /** 0 takes a free port. */
  port: number;
  files: ObjectFiles;
  access: ObjectAccess;
  verifier: TokenVerifier;
  log: Logger;
}

const maxObjectBytes = 16 * 1024 * 1024;

/** An answer other than success, with the reason that the JSON API gives. */
class StoreError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const neededRight: Record<GcsRequest['kind'], ObjectRight> = {
  upload: 'create',
  media: 'get',
  metadata: 'get',
  delete: 'delete',
  list: 'list',
};

export class ObjectStoreServer {
  private constructor(
    private readonly server: Server,
    private readonly options: ObjectStoreOptions,
  ) {}

  static async start(options: ObjectStoreOptions): Promise<ObjectStoreServer> {
    const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000 });
    const store = new ObjectStoreServer(server, options);
    server.on('request', (request, answer) => void store.take(request, answer));
    server.listen(options.port, '127.0.0.1');
    await once(server, 'listening');
    return store;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : this.options.port;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async take(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    request.on('error', () => answer.destroy());
    answer.on('error', () => answer.destroy());
    try {
      const account = await this.authenticate(request);
      const wanted = readGcsRequest(request.method ?? '', request.url ?? '');
      if (wanted === undefined) throw new StoreError(404, 'Not Found');
      if (wanted.kind === 'upload') await this.upload(request, answer, wanted, account);
      else await this.serve(request, answer, wanted, account);
    } catch (error) {
      this.refuse(answer, error);
    }
  }

  private async authenticate({ headers }: IncomingMessage): Promise<Account> {
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(headers.authorization ?? '') ?? [];
    const account = token === undefined ? undefined : await this.options.verifier.verify(token);
    if (account === undefined) throw new StoreError(401, 'Invalid Credentials');
    return account;
  }

  private authorise(account: Account, { kind, bucket }: GcsRequest, name: string): void {
    const { access } = this.options;
    if (!access.allows(account, neededRight[kind], bucket, name)) {
      throw new StoreError(
        403,
        `${account.namespace}/${account.serviceAccount} may not ${neededRight[kind]} ${name}`,
      );
    }
    if (!access.hasBucket(bucket)) throw new StoreError(404, 'The specified bucket does not exist.');
  }

  private async upload(
    request: IncomingMessage,
    answer: ServerResponse,
    wanted: Extract<GcsRequest, { kind: 'upload' }>,
    account: Account,
  ): Promise<void> {
    const upload = readUpload(wanted, request.headers['content-type'] ?? '', await readBody(request));
    const name = upload.name ?? wanted.name;
    if (name === undefined) throw new StoreError(400, 'Required parameter: name');
    this.authorise(account, wanted, name);
    const { bucket, ifGenerationMatch } = wanted;
    const meta = await this.options.files.put(bucket, name, upload.body, { ...upload, ifGenerationMatch });
    sendJson(answer, 200, resource(bucket, meta));
  }

  private async serve(
    request: IncomingMessage,
    answer: ServerResponse,
    wanted: Exclude<GcsRequest, { kind: 'upload' }>,
    account: Account,
  ): Promise<void> {
    this.authorise(account, wanted, wanted.kind === 'list' ? wanted.prefix : wanted.name);
    const { files } = this.options;
    const { bucket } = wanted;
    switch (wanted.kind) {
      case 'list':
        sendJson(answer, 200, page(bucket, await files.list(bucket, wanted.prefix), wanted));
        return;
      case 'delete':
        if (!(await files.remove(bucket, wanted.name))) throw noSuchObject(bucket, wanted.name);
        answer.writeHead(204).end();
        return;
      case 'metadata': {
        const meta = await files.find(bucket, wanted.name);
        if (meta === undefined) throw noSuchObject(bucket, wanted.name);
        sendJson(answer, 200, resource(bucket, meta));
        return;
      }
      case 'media': {
        const meta = await files.find(bucket, wanted.name);
        if (meta && request.headers['if-none-match'] === etagOf(meta)) {
          answer.writeHead(304, mediaHeaders(meta)).end();
          return;
        }
        const object = await files.get(bucket, wanted.name);
        if (object === undefined) throw noSuchObject(bucket, wanted.name);
        const headers = { ...mediaHeaders(object.meta), 'content-type': object.meta.contentType };
        answer.writeHead(200, { ...headers, 'content-length': object.body.length }).end(object.body);
      }
    }
  }

  private refuse(answer: ServerResponse, error: unknown): void {
    const status =
      error instanceof StoreError ? error.status : error instanceof GenerationMismatchError ? 412 : 500;
    if (status === 500) this.options.log.error({ err: error }, 'The object store failed.');
    const message = status === 500 || !(error instanceof Error) ? 'Internal error' : error.message;
    if (answer.headersSent) answer.destroy();
    else
      sendJson(
        answer,
        status,
        { error: { code: status, message, errors: [{ message }] } },
        { connection: 'close' },
      );
  }
}

function readUpload({ uploadType }: { uploadType: string }, contentType: string, body: Buffer): Upload {
  if (uploadType === 'media') return { contentType: contentType || 'application/octet-stream', body };
  const upload = uploadType === 'multipart' ? readMultipart(contentType, body) : undefined;
  if (upload === undefined)
    throw new StoreError(400, 'The upload must be of type media, or a valid multipart one.');
  return upload;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > maxObjectBytes) throw new StoreError(413, 'The object is too large for the twin.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const etagOf = ({ generation }: ObjectMeta): string => `"${String(generation)}"`;

const mediaHeaders = (meta: ObjectMeta): OutgoingHttpHeaders => ({
  etag: etagOf(meta),
  'cache-control': meta.cacheControl ?? 'private, max-age=0',
  'x-goog-generation': String(meta.generation),
});

const noSuchObject = (bucket: string, name: string): StoreError =>
  new StoreError(404, `No such object: ${bucket}/${name}`);

/** The JSON API writes 64-bit numbers as texts. */
const resource = (bucket: string, meta: ObjectMeta): Record<string, unknown> => ({
  kind: 'storage#object',
  id: `${bucket}/${meta.name}/${String(meta.generation)}`,
  bucket,
  name: meta.name,
  generation: String(meta.generation),
  metageneration: '1',
  size: String(meta.size),
  md5Hash: meta.md5,
  contentType: meta.contentType,
  cacheControl: meta.cacheControl,
  etag: etagOf(meta),
  updated: meta.updated,
});

function page(
  bucket: string,
  metas: readonly ObjectMeta[],
  { pageToken, maxResults }: { pageToken: string | undefined; maxResults: number },
): Record<string, unknown> {
  const after = pageToken === undefined ? '' : Buffer.from(pageToken, 'base64url').toString();
  const rest = metas.filter(({ name }) => name > after);
  const items = rest.slice(0, maxResults);
  const last = items.at(-1);
  const more = last !== undefined && rest.length > items.length;
  return {
    kind: 'storage#objects',
    items: items.map((meta) => resource(bucket, meta)),
    ...(more ? { nextPageToken: Buffer.from(last.name).toString('base64url') } : {}),
  };
}

function sendJson(
  answer: ServerResponse,
  status: number,
  content: unknown,
  more: OutgoingHttpHeaders = {},
): void {
  const body = JSON.stringify(content);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  };
  answer.writeHead(status, { ...headers, ...more }).end(body);
}
