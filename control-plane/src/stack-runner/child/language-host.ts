import { Server, ServerCredentials } from '@grpc/grpc-js';
import { LanguageRuntimeService } from '@pulumi/pulumi/proto/language_grpc_pb.js';
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
