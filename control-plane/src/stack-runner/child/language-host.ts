import { Server, ServerCredentials } from '@grpc/grpc-js';
import { LanguageRuntimeService } from '@pulumi/pulumi/proto/language_grpc_pb.js';
import engine from '@pulumi/pulumi/proto/engine_pb.js';
import { getEngine } from '@pulumi/pulumi/runtime/settings.js';
import type { InlineProgram, LoadedModules } from './modules.js';

export interface LanguageHost {
  readonly port: number;
  /** How long the program itself ran, once it has. */
  programMs(): number | undefined;
  close(): void;
}

/** Serves one program to one CLI, which calls it over gRPC when its engine wants to know what the stack should hold. */
export async function hostProgram(
  LanguageServer: LoadedModules['LanguageServer'],
  program: InlineProgram,
): Promise<LanguageHost> {
  let programMs: number | undefined;
  const timed: InlineProgram = async () => {
    const started = performance.now();
    dropDebugMessages();
    try {
      return await program();
    } finally {
      programMs = performance.now() - started;
    }
  };
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  server.addService(LanguageRuntimeService, new LanguageServer(timed));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return { port, programMs: () => programMs, close: () => server.forceShutdown() };
}

/**
 * The SDK tells the engine each step of its own, some ten calls a resource, one after the other; the engine shows them under
 * `--debug` alone, which no run asks for. Messages for people still go.
 */
function dropDebugMessages(): void {
  const client = getEngine();
  if (!client) return;
  const send = client.log.bind(client);
  Object.assign(client, {
    log(request: engine.LogRequest, answered: (error: Error | null) => void) {
      if (request.getSeverity() === engine.LogSeverity.DEBUG) answered(null);
      else send(request, answered);
    },
  });
}
