import { access, appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import provider from '@pulumi/pulumi/proto/provider_pb.js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';

/**
 * A cloud for tests: each resource is a file below a folder that the test can look into and change. A creation named in
 * `<folder>/hold/<name>` waits until that file is gone; one named in `<folder>/fail/<name>` fails with what the file says.
 * Creating what exists adopts it, as the product's providers do. Every call that had an effect is a line of `calls.log`.
 */
export async function startTwinProviders({ databaseUrl }: { databaseUrl: string }): Promise<{
  debugProviders: string;
  close(): Promise<void>;
}> {
  const cloud = new FolderCloud(databaseUrl.replace(/^file:/, ''));
  await cloud.prepare();
  const server = new Server();
  server.addService(ResourceProviderService, service(cloud));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    debugProviders: `fixture:${port}`,
    close: async () => {
      cloud.close();
      server.forceShutdown();
      await cloud.idle();
    },
  };
}

class FolderCloud {
  readonly #active = new Set<Promise<unknown>>();
  readonly folder: string;
  #closed = false;

  // No parameter property: Node runs this file as it is and only strips its types.
  constructor(folder: string) {
    this.folder = folder;
  }

  async prepare(): Promise<void> {
    for (const name of ['objects', 'hold', 'fail', 'begun'])
      await mkdir(join(this.folder, name), { recursive: true });
  }

  close(): void {
    this.#closed = true;
  }

  async idle(): Promise<void> {
    await Promise.allSettled(this.#active);
  }

  write(kind: 'create' | 'update', name: string, properties: struct.Struct): Promise<void> {
    return this.#run(async () => {
      await writeFile(join(this.folder, 'begun', name), '');
      while (await exists(join(this.folder, 'hold', name))) {
        await delay(5);
        this.#check();
      }
      const failure = join(this.folder, 'fail', name);
      if (await exists(failure)) throw new Error(await readFile(failure, 'utf8'));
      await writeFile(join(this.folder, 'objects', name), properties.serializeBinary());
      await appendFile(join(this.folder, 'calls.log'), `${kind} ${name}\n`);
    });
  }

  read(name: string): Promise<struct.Struct | undefined> {
    return this.#run(async () => {
      const file = join(this.folder, 'objects', name);
      return (await exists(file)) ? struct.Struct.deserializeBinary(await readFile(file)) : undefined;
    });
  }

  remove(name: string): Promise<void> {
    return this.#run(async () => {
      await rm(join(this.folder, 'objects', name), { force: true });
      await appendFile(join(this.folder, 'calls.log'), `delete ${name}\n`);
    });
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    this.#check();
    const running = work();
    this.#active.add(running);
    try {
      return await running;
    } finally {
      this.#active.delete(running);
    }
  }

  #check(): void {
    if (this.#closed) throw new Error('the run was given up');
  }
}

function service(cloud: FolderCloud) {
  return {
    attach: answer(() => new empty.Empty()),
    cancel: answer(() => new empty.Empty()),
    getPluginInfo: answer(() => new plugin.PluginInfo().setVersion('1.0.0')),
    getSchema: answer(() =>
      new provider.GetSchemaResponse().setSchema('{"name":"fixture","version":"1.0.0"}'),
    ),
    checkConfig: answer((request: provider.CheckRequest) =>
      new provider.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: answer(() => new provider.DiffResponse()),
    configure: answer(() =>
      new provider.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setAcceptresources(true)
        .setAcceptoutputs(true),
    ),
    check: answer((request: provider.CheckRequest) =>
      new provider.CheckResponse().setInputs(request.getNews()),
    ),
    diff: answer((request: provider.DiffRequest) => difference(request)),
    create: answer(async (request: provider.CreateRequest) => {
      const name = nameOf(request.getUrn());
      const properties = request.getProperties() ?? new struct.Struct();
      if (!request.getPreview()) await cloud.write('create', name, properties);
      return new provider.CreateResponse().setId(name).setProperties(properties);
    }),
    update: answer(async (request: provider.UpdateRequest) => {
      const properties = request.getNews() ?? new struct.Struct();
      if (!request.getPreview()) await cloud.write('update', nameOf(request.getUrn()), properties);
      return new provider.UpdateResponse().setProperties(properties);
    }),
    read: answer(async (request: provider.ReadRequest) => {
      const found = await cloud.read(request.getId());
      const response = new provider.ReadResponse();
      return found ? response.setId(request.getId()).setInputs(found).setProperties(found) : response;
    }),
    delete: answer(async (request: provider.DeleteRequest) => {
      await cloud.remove(request.getId());
      return new empty.Empty();
    }),
  };
}

/** A change of `kind` replaces the resource, any other one updates it. */
function difference(request: provider.DiffRequest): provider.DiffResponse {
  const [olds, news] = [
    request.getOldInputs()?.toJavaScript() ?? {},
    request.getNews()?.toJavaScript() ?? {},
  ];
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
  );
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  return new provider.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changed)
    .setReplacesList(changed.filter((key) => key === 'kind'))
    .setDeletebeforereplace(true);
}

function answer<Request, Response>(work: (request: Request) => Response | Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => work(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) =>
          callback({
            code: status.INTERNAL,
            details: error instanceof Error ? error.message : String(error),
          }),
      );
  };
}

function nameOf(urn: string): string {
  return urn.split('::')[3] ?? '';
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
