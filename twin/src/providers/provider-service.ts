import { status, type handleUnaryCall, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import provider from '@pulumi/pulumi/proto/provider_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { textAt } from '../inventory/json.js';
import type { ProviderName } from '../inventory/resource-types.js';
import { decodeProperties, encodeProperties, type Properties } from './property-codec.js';
import type { ChangeKind, PropertyChange } from './property-diff.js';
import { statusOf } from './provider-errors.js';
import type { ResourceOperations } from './resource-operations.js';

/** What a provider reports of the calls that failed for an unforeseen reason. */
export interface ProviderLog {
  error(details: Record<string, unknown>, message: string): void;
}

export interface ProviderServiceOptions {
  name: ProviderName;
  version: string;
  operations: ResourceOperations;
  /** Told when the engine names the project of the provider's configuration. */
  configured: (project: string | undefined) => void;
  log: ProviderLog;
}

/** Pulumi's ResourceProvider protocol (pulumi/pulumi, proto/pulumi/provider.proto) over the operations. */
export function providerService(options: ProviderServiceOptions): UntypedServiceImplementation {
  const { name, version, operations, configured, log } = options;
  const answer = answering(name, log);
  return {
    attach: answer(() => new empty.Empty()),
    cancel: answer(() => new empty.Empty()),
    getPluginInfo: answer(() => new plugin.PluginInfo().setVersion(version)),
    getSchema: answer(() => new provider.GetSchemaResponse().setSchema(JSON.stringify({ name, version }))),
    checkConfig: answer((request: provider.CheckRequest) =>
      new provider.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: answer(() =>
      new provider.DiffResponse().setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE),
    ),
    configure: answer((request: provider.ConfigureRequest) => {
      configured(textAt(decodeProperties(request.getArgs()).value, 'project'));
      return new provider.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setAcceptresources(true)
        .setAcceptoutputs(true);
    }),
    invoke: answer((request: provider.InvokeRequest) => {
      throw new UnsupportedError(`the twin has no function ${request.getTok()}`);
    }),
    check: answer(async (request: provider.CheckRequest) => {
      const { inputs, failures } = await operations.check(
        request.getUrn(),
        decodeProperties(request.getNews()),
      );
      return new provider.CheckResponse()
        .setInputs(encodeProperties(inputs))
        .setFailuresList(failures.map((reason) => new provider.CheckFailure().setReason(reason)));
    }),
    diff: answer(async (request: provider.DiffRequest) => {
      const olds = decodeProperties(request.getOldInputs());
      return diffResponse(await operations.diff(request.getUrn(), olds, decodeProperties(request.getNews())));
    }),
    create: answer(async (request: provider.CreateRequest) => {
      const inputs = decodeProperties(request.getProperties());
      const { id, outputs } = await operations.create(request.getUrn(), inputs, request.getPreview());
      return new provider.CreateResponse().setId(id).setProperties(encodeProperties(outputs));
    }),
    update: answer(async (request: provider.UpdateRequest) => {
      const [olds, news] = [decodeProperties(request.getOlds()), decodeProperties(request.getNews())];
      const outputs = await operations.update(request.getUrn(), olds, news, request.getPreview());
      return new provider.UpdateResponse().setProperties(encodeProperties(outputs));
    }),
    read: answer(async (request: provider.ReadRequest) => {
      const { secrets } = decodeProperties(request.getInputs());
      const found = await operations.read(request.getUrn(), request.getId(), secrets);
      return found === undefined ? new provider.ReadResponse() : readResponse(request.getId(), found);
    }),
    delete: answer(async (request: provider.DeleteRequest) => {
      await operations.remove(request.getUrn(), decodeProperties(request.getOldInputs()).value);
      return new empty.Empty();
    }),
  };
}

class UnsupportedError extends Error {}

function readResponse(id: string, found: { inputs: Properties; outputs: Properties }): provider.ReadResponse {
  return new provider.ReadResponse()
    .setId(id)
    .setInputs(encodeProperties(found.inputs))
    .setProperties(encodeProperties(found.outputs));
}

const { Kind } = provider.PropertyDiff;
const kinds: Record<
  ChangeKind,
  [inPlace: provider.PropertyDiff.Kind, replacing: provider.PropertyDiff.Kind]
> = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
};

/** Names are deterministic, so the old resource has to go before the new one can take its name. */
function diffResponse(changes: readonly PropertyChange[]): provider.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  const response = new provider.DiffResponse()
    .setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...new Set(changes.map(({ path }) => path.replace(/[.[].*$/, '')))])
    .setReplacesList(changes.filter(({ replaces }) => replaces).map(({ path }) => path))
    .setDeletebeforereplace(true)
    .setHasdetaileddiff(true);
  for (const { path, kind, replaces } of changes) {
    const change = new provider.PropertyDiff().setKind(kinds[kind][replaces ? 1 : 0]).setInputdiff(true);
    response.getDetaileddiffMap().set(path, change);
  }
  return response;
}

/** Turns functions into gRPC handlers: errors become statuses with a sentence. */
function answering(name: ProviderName, log: ProviderLog) {
  return <Request, Response>(
      work: (request: Request) => Response | Promise<Response>,
    ): handleUnaryCall<Request, Response> =>
    (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
      Promise.resolve()
        .then(() => work(call.request))
        .then(
          (response) => callback(null, response),
          (error: unknown) => {
            const failure = error instanceof UnsupportedError ? unsupported(error) : statusOf(error);
            if (failure.code === status.INTERNAL)
              log.error({ err: error, provider: name }, 'a provider call failed');
            callback(failure);
          },
        );
    };
}

function unsupported(error: UnsupportedError): { code: status; details: string } {
  return { code: status.UNIMPLEMENTED, details: error.message };
}
