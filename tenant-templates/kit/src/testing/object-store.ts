import { createServer, type Server } from 'node:http';

const folder = '/branding/';

/** The bucket of a tenant as a pod sees it: objects by name, over HTTP on loopback. */
export class ObjectStore implements AsyncDisposable {
  readonly objects = new Map<string, string>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ObjectStore> {
    const server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '');
      const object = path.startsWith(folder) ? store.objects.get(path.slice(folder.length)) : undefined;
      response.statusCode = object === undefined ? 404 : 200;
      response.end(object ?? '{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const store: ObjectStore = new ObjectStore(server);
    return store;
  }

  /** Of the branding, as `BRANDING_URL`. */
  get url(): string {
    const address = this.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The object store does not listen.');
    return `http://127.0.0.1:${address.port}${folder}current.json`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
