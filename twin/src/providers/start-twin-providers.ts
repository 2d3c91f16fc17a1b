import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import type { Pool } from 'pg';
import { FaultRules } from '../faults/faults.repository.js';
import { FaultyCalls } from '../faults/faulty-calls.js';
import { Inventory } from '../inventory/inventory.js';
import type { ProviderName } from '../inventory/resource-types.js';
import { createTwinPool } from '../inventory/twin-pool.js';
import type { LatencyProfile } from '../latency/latency-profile.js';
import { providerService, type ProviderLog } from './provider-service.js';
import { ResourceOperations, type OperationsContext } from './resource-operations.js';
import { RunGate } from './run-gate.js';

export interface TwinProvidersOptions {
  /** Of the role `leasehold_twin`; not used when a pool is given. */
  databaseUrl: string;
  /** A pool that several runs share; the caller ends it. */
  pool?: Pool;
  cell: string;
  /** Without it the clouds take no time of their own. */
  latency?: LatencyProfile | undefined;
  runId: string;
  log: ProviderLog;
}

/** The providers of one run. */
export interface TwinProviders {
  /** The value of PULUMI_DEBUG_PROVIDERS: `kubernetes:PORT,gcp:PORT`. */
  debugProviders: string;
  /** After this resolves, nothing that the run still asks for has an effect, and its ports are closed. */
  close(): Promise<void>;
}

/** The versions of the typed SDKs: the engine warns of a provider that is older than its SDK. */
const versions: Readonly<Record<ProviderName, string>> = { kubernetes: '4.32.0', gcp: '9.35.0' };

/** What the engine itself accepts (pulumi/pulumi, rpcutil.GrpcChannelOptions); gRPC's default is 4 MiB. */
const maxMessageBytes = 400 * 1024 * 1024;

/** The project where neither a resource nor the provider's configuration names one. */
const ambientProject = 'leasehold-twin';

/**
 * Starts the stand-ins of the `kubernetes` and `gcp` providers for one run, each on a loopback port of its own. The
 * engine tells its plugins to cancel at the end of a run, so they are not used again for another.
 */
export async function startTwinProviders(options: TwinProvidersOptions): Promise<TwinProviders> {
  const pool = options.pool ?? createTwinPool(options.databaseUrl);
  const gate = new RunGate(options.runId);
  const inventory = new Inventory(pool);
  const faults = new FaultyCalls(new FaultRules(pool), options.cell, gate.signal);
  faults.prepare();
  const names: ProviderName[] = ['kubernetes', 'gcp'];
  const servers = await Promise.all(
    names.map((name) => startServer(name, options, { inventory, gate, faults })),
  );
  const stop = async (): Promise<void> => {
    const closed = gate.close();
    for (const { server } of servers) server.forceShutdown();
    await closed;
    if (options.pool === undefined) await pool.end();
  };
  let stopped: Promise<void> | undefined;
  return {
    debugProviders: names.map((name, index) => `${name}:${String(servers[index]?.port)}`).join(','),
    close: () => (stopped ??= stop()),
  };
}

async function startServer(
  name: ProviderName,
  { cell, log, latency = 'off' }: TwinProvidersOptions,
  parts: Pick<OperationsContext, 'inventory' | 'gate' | 'faults'>,
): Promise<{ server: Server; port: number }> {
  let project = ambientProject;
  const operations = new ResourceOperations({
    ...parts,
    cell,
    latency,
    provider: name,
    project: () => project,
  });
  const configured = (configuredProject: string | undefined): void => {
    project = configuredProject ?? ambientProject;
  };
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
  });
  server.addService(
    ResourceProviderService,
    providerService({ name, version: versions[name], operations, configured, log }),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { server, port };
}
