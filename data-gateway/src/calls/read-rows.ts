import { constants, type ClientHttp2Stream } from 'node:http2';
import type { Backend } from '../backend/backend.js';
import { methods } from '../backend/bigtable-paths.js';
import { beginAnswer, endAnswer } from '../grpc/answer.js';
import { onEnd, type CallEnd } from '../grpc/connection.js';
import { FrameSplitter } from '../grpc/frames.js';
import { GrpcError, Status, unavailable } from '../grpc/grpc-error.js';
import type { ReadUsage } from '../metering/read-usage.js';
import type { GatewayMetrics } from '../metrics.js';
import type { TenantShares } from '../shares/tenant-shares.js';
import { rowName, type RowLocks } from '../rows/row-locks.js';
import type { PrefixWrites } from '../rows/prefix-writes.js';
import { scanReadRows } from '../wire/read-rows-request.js';
import { inspectReadRows } from '../wire/responses.js';
import type { Call, Handler } from './call.js';

/** So many rows, read by name, are locked while they are read; more would hold up their writers for long. */
const maxLockedRows = 32;

export interface ReadOptions {
  readonly backend: Backend;
  readonly writes: PrefixWrites;
  readonly locks: RowLocks;
  readonly metrics: GatewayMetrics;
  readonly usage: ReadUsage;
  readonly shares: TenantShares;
}

/** Passes rows on as they come. What is passed on is durable: rows wait for the writes to their prefix that are under way. */
export function readRowsHandler({ backend, writes, locks, metrics, usage, shares }: ReadOptions): Handler {
  return async (call) => {
    const { caller, stream } = call;
    const { table, keys } = scanReadRows(call.message, caller.scope);
    const headers = call.features === undefined ? undefined : { 'bigtable-features': call.features };
    const locked =
      keys && keys.length <= maxLockedRows ? keys.map((key) => rowName(table.id, key)) : undefined;
    const unlock = locked && (await locks.acquire(locked, 'read'));
    let relay: Relay;
    try {
      const upstream = backend.connection().start(methods.readRows, call.message, headers);
      onEnd(upstream, () => unlock?.());
      relay = new Relay(call, upstream, writes, unlock === undefined);
    } catch (error) {
      unlock?.();
      throw error;
    }
    const end = await relay.done();
    metrics.used(caller.tenantId, 'read', relay.rows, relay.bytes);
    usage.read(caller.scope.prefix, relay.rows, relay.bytes);
    shares.answered(caller.tenantId, relay.bytes);
    endAnswer(stream, end.status, end.message);
    return 'answered';
  };
}

/** One read on its way: takes chunks from the server, looks at them, and passes whole messages on, one chunk at a time. */
class Relay {
  rows = 0;
  bytes = 0;
  readonly #splitter = new FrameSplitter();
  #foreign = false;
  /** The chunks that wait to be passed on, in order. */
  #passing: Promise<void> | undefined;

  constructor(
    private readonly call: Call,
    private readonly upstream: ClientHttp2Stream,
    private readonly writes: PrefixWrites,
    /** Whether the server waits for a slow caller. Where rows are locked it does not: the caller would hold up their writers. */
    private readonly patient: boolean,
  ) {}

  /** When the server has ended the call and everything before that is passed on. @throws GrpcError when it broke off. */
  async done(): Promise<CallEnd> {
    const cancel = (): void => this.upstream.close(constants.NGHTTP2_CANCEL);
    this.call.stream.once('close', cancel);
    this.upstream.on('data', (chunk: Buffer) => this.#take(chunk));
    const end = await new Promise<CallEnd | undefined>((resolve) => onEnd(this.upstream, resolve));
    this.call.stream.off('close', cancel);
    await this.#passing;
    await this.writes.settled(this.call.caller.scope.prefix);
    if (this.#foreign)
      throw new GrpcError(Status.internal, 'The data gateway failed.', {
        cause: new Error('a foreign row in an answer'),
      });
    if (!end || this.#splitter.pending) throw unavailable('The connection to Bigtable was lost.');
    return end;
  }

  #take(chunk: Buffer): void {
    const { whole, messages } = this.#splitter.push(chunk);
    for (const message of messages) {
      const { rows, foreign } = inspectReadRows(message, this.call.caller.scope);
      this.rows += rows;
      this.bytes += message.length;
      this.#foreign ||= foreign;
    }
    if (this.#foreign) this.upstream.close(constants.NGHTTP2_CANCEL);
    else if (whole.length > 0) this.#pass(whole);
  }

  #pass(whole: Buffer): void {
    const settled = this.writes.settled(this.call.caller.scope.prefix);
    if (!settled && !this.#passing && this.#write(whole)) return;
    if (this.patient) this.upstream.pause();
    const written = !settled && !this.#passing;
    const passing = this.#passLater(this.#passing, settled, written ? undefined : whole).then(() => {
      if (this.#passing === passing) this.#passing = undefined;
    });
    this.#passing = passing;
  }

  async #passLater(
    earlier: Promise<void> | undefined,
    settled: Promise<unknown> | undefined,
    whole?: Buffer,
  ): Promise<void> {
    await earlier;
    await settled;
    if (whole) this.#write(whole);
    await this.#drained();
    if (this.patient) this.upstream.resume();
  }

  /** @returns whether the caller takes more at once. */
  #write(whole: Buffer): boolean {
    const { stream } = this.call;
    if (stream.destroyed) return true;
    beginAnswer(stream);
    return stream.write(whole);
  }

  #drained(): Promise<void> {
    const { stream } = this.call;
    return new Promise((resolve) => {
      if (stream.destroyed || !stream.writableNeedDrain) {
        resolve();
        return;
      }
      const done = (): void => {
        stream.off('drain', done);
        stream.off('close', done);
        resolve();
      };
      stream.on('drain', done);
      stream.on('close', done);
    });
  }
}
