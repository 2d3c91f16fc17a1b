import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { listenOnLoopback } from './listen.js';

/** What the platform publishes of a tenant's branding. */
export interface PublishedBranding {
  readonly revision: number;
  readonly displayName: string;
  readonly colors: { readonly primary: string; readonly background: string; readonly text: string };
}

/** What pods fetch over HTTP: the branding of each tenant, for the bearer of its pod's token, and the keys of the issuer. */
export class TenantObjects {
  private readonly brandings = new Map<string, { readonly token: string; published?: PublishedBranding }>();
  private port = 0;

  private constructor(
    private readonly server: Server,
    private readonly jwks: unknown,
  ) {}

  static async open(jwks: unknown): Promise<TenantObjects> {
    const server = createServer((request, response) => objects.answer(request, response));
    const objects: TenantObjects = new TenantObjects(server, jwks);
    objects.port = await listenOnLoopback(server);
    return objects;
  }

  get issuerUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get jwksUrl(): string {
    return `${this.issuerUrl}/jwks.json`;
  }

  /** Makes room for a tenant's branding. @returns its URL. */
  add(slug: string, token: string): string {
    const path = `/tenants/${slug}/branding/current.json`;
    this.brandings.set(path, { token });
    return `http://127.0.0.1:${this.port}${path}`;
  }

  publish(url: string, published: PublishedBranding): void {
    const path = new URL(url).pathname;
    const place = this.brandings.get(path);
    if (place === undefined) throw new Error(`No tenant has its branding at ${url}.`);
    this.brandings.set(path, { token: place.token, published });
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const { pathname } = new URL(request.url ?? '/', this.issuerUrl);
    if (pathname === '/jwks.json') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.jwks));
      return;
    }
    const place = this.brandings.get(pathname);
    if (place === undefined) response.writeHead(404).end();
    else if (request.headers.authorization !== `Bearer ${place.token}`) response.writeHead(401).end();
    else if (place.published === undefined) response.writeHead(404).end();
    else sendWithTag(request, response, JSON.stringify(place.published));
  }
}

function sendWithTag(request: IncomingMessage, response: ServerResponse, body: string): void {
  const etag = `"${createHash('sha256').update(body).digest('hex')}"`;
  if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
  else response.writeHead(200, { 'content-type': 'application/json', etag }).end(body);
}
