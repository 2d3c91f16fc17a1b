/** An independent client of the published .proto files: gRPC's own library, which knows nothing of the server's code. */
import { fileURLToPath } from 'node:url';
import {
  credentials,
  loadPackageDefinition,
  makeGenericClientConstructor,
  Metadata,
  type Client,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { z } from 'zod';

const protoFile = (name: string): string => fileURLToPath(new URL(`../../proto/${name}`, import.meta.url));

/** How a call ended: the answer, or status and message. */
export type CallEnd = { answer: unknown } | { code: number; details: string };

export class CalcClient implements Disposable {
  private constructor(
    private readonly client: Client,
    private readonly service: ServiceDefinition,
  ) {}

  /** Of the service `calc.Calc` or `calc.CalcEvents`. */
  static open(
    address: string,
    service: 'Calc' | 'CalcEvents' = 'Calc',
    options: Record<string, string | number> = {},
  ): CalcClient {
    const definition = loadSync(protoFile(service === 'Calc' ? 'calc.proto' : 'calc_events.proto'), {
      longs: String,
      keepCase: true,
      arrays: true,
      defaults: true,
      oneofs: true,
    });
    loadPackageDefinition(definition);
    const found = definition[`calc.${service}`];
    if (found === undefined || 'format' in found) throw new Error(`There is no service ${service}.`);
    const Constructor = makeGenericClientConstructor(found, service);
    return new CalcClient(new Constructor(address, credentials.createInsecure(), options), found);
  }

  call(method: string, request: object, metadata: Record<string, string> = {}, deadlineMs = 10_000) {
    const definition = this.service[method];
    if (definition === undefined) throw new Error(`There is no method ${method}.`);
    const sent = new Metadata();
    for (const [name, value] of Object.entries(metadata)) sent.set(name, value);
    return new Promise<CallEnd>((resolve) => {
      this.client.makeUnaryRequest(
        definition.path,
        definition.requestSerialize,
        definition.responseDeserialize,
        request,
        sent,
        { deadline: Date.now() + deadlineMs },
        (error: ServiceError | null, answer: unknown) =>
          resolve(error ? { code: error.code, details: error.details } : { answer }),
      );
    });
  }

  /** Bytes to any path, as they are. */
  raw(path: string, message: Buffer, deadlineMs = 10_000): Promise<CallEnd> {
    const same = (bytes: Buffer): Buffer => bytes;
    return new Promise((resolve) => {
      this.client.makeUnaryRequest(
        path,
        same,
        same,
        message,
        { deadline: Date.now() + deadlineMs },
        (error, answer) => resolve(error ? { code: error.code, details: error.details } : { answer }),
      );
    });
  }

  /** The first `count` messages of a stream; ends the call then. */
  async take(method: string, request: object, count: number): Promise<unknown[]> {
    const definition = this.service[method];
    if (definition === undefined) throw new Error(`There is no method ${method}.`);
    const stream = this.client.makeServerStreamRequest(
      definition.path,
      definition.requestSerialize,
      definition.responseDeserialize,
      request,
    );
    const taken: unknown[] = [];
    try {
      for await (const message of stream) {
        taken.push(message);
        if (taken.length === count) break;
      }
    } catch (error) {
      if (taken.length < count) throw error;
    }
    stream.cancel();
    return z.array(z.unknown()).parse(taken);
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}
