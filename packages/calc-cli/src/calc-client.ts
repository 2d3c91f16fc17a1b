import { fileURLToPath } from 'node:url';
import {
  credentials,
  makeGenericClientConstructor,
  Metadata,
  status,
  type Client,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { z } from 'zod';
import type { Address } from './address.js';
import type { Call } from './parse-line.js';

const definition = fileURLToPath(new URL('../proto/calc.proto', import.meta.url));
const callMs = 10_000;

const answer = z.union([
  z.strictObject({ sum: z.string() }).transform(({ sum }) => sum),
  z.strictObject({ max: z.string() }).transform(({ max }) => max),
  z.strictObject({ nthPrimes: z.array(z.string()) }).transform(({ nthPrimes }) => nthPrimes.join(' ')),
]);

/** No server took the connection in time. */
export class NoServerError extends Error {
  override readonly name = 'NoServerError';
}

/** The server ended a call with an error. */
export class CallFailedError extends Error {
  override readonly name = 'CallFailedError';
}

/** The service `calc.Calc` of a server. */
export class CalcClient {
  private constructor(
    private readonly client: Client,
    private readonly service: ServiceDefinition,
    private readonly metadata: Metadata,
  ) {}

  /**
   * Connects.
   * @param token what the server's tenant asks of its callers, if anything: a token or an API key.
   * @throws NoServerError when nobody answers within `waitMs`.
   */
  static async connect(address: Address, waitMs: number, token?: string): Promise<CalcClient> {
    const service = loadSync(definition, { longs: String, keepCase: true, defaults: true })['calc.Calc'];
    if (service === undefined || 'format' in service)
      throw new Error(`${definition} has no service calc.Calc.`);
    const Constructor = makeGenericClientConstructor(service, 'Calc');
    const security = address.encrypted ? credentials.createSsl() : credentials.createInsecure();
    const client = new Constructor(address.target, security, { 'grpc.default_authority': address.authority });
    await ready(client, waitMs).catch((cause: unknown) => {
      client.close();
      throw new NoServerError(`No server answers at ${address.authority}.`, { cause });
    });
    const metadata = new Metadata();
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    return new CalcClient(client, service, metadata);
  }

  /** Makes a call; the result as it is shown. @throws CallFailedError with the server's status and message. */
  call({ method, request }: Call): Promise<string> {
    const found = this.service[method];
    if (found === undefined) throw new Error(`${definition} has no method ${method}.`);
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        found.path,
        found.requestSerialize,
        found.responseDeserialize,
        request,
        this.metadata,
        { deadline: Date.now() + callMs },
        (error: ServiceError | null, message: unknown) => {
          if (error) reject(new CallFailedError(`${status[error.code]}: ${error.details}`, { cause: error }));
          else resolve(answer.parse(message));
        },
      );
    });
  }

  close(): void {
    this.client.close();
  }
}

function ready(client: Client, waitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    client.waitForReady(Date.now() + waitMs, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
