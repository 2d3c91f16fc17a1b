/** A load of every kind of write on a tenant's rows, with what was acknowledged and what is in doubt. */
import { protos } from '@google-cloud/bigtable-api';
import { frame } from '../grpc/frames.js';
import { scannedCells } from '../wire/row-chunks.js';
import { counters } from './gateway-under-test.js';
import type { RawAnswer, RawClient } from './raw-client.js';

const v2 = protos.google.bigtable.v2;

export interface Expectation {
  acknowledged: number;
  inDoubt: number;
}

export class TenantLoad {
  /** By row: the sum of increments. */
  readonly sums = new Map<string, Expectation>();
  /** Rows that were written once and acknowledged, with their value. */
  readonly written = new Map<string, string>();
  acknowledged = 0;
  /** Rows of all calls. */
  readonly rows: Expectation = { acknowledged: 0, inDoubt: 0 };
  #next = 0;

  constructor(
    private readonly raw: () => RawClient,
    private readonly tenant: { readonly prefix: string; readonly token: string },
    private readonly name: string,
    /** Families that keep a few versions, and many. */
    private readonly families = { few: 'h', many: 'k' },
  ) {}

  /** Makes this many calls, one after the other. */
  async run(calls: number): Promise<void> {
    for (let index = 0; index < calls; index++) await this.#call(this.#next++);
  }

  #call(index: number): Promise<void> {
    switch (index % 5) {
      case 0:
        return this.#increment(index);
      case 1:
        return this.#set(index);
      case 2:
        return this.#many(index);
      case 3:
        return this.#conditional(index);
      default:
        return this.#delete(index);
    }
  }

  #key(rest: string): string {
    return `${this.tenant.prefix}#${rest}`;
  }

  async #send(method: string, message: Uint8Array, rows = 1): Promise<RawAnswer> {
    const answer = await this.raw().send(method, frame(Buffer.from(message)), this.tenant.token);
    if (answer.status === 0) this.acknowledged++;
    if (answer.status === 0) this.rows.acknowledged += rows;
    else this.rows.inDoubt += rows;
    return answer;
  }

  async #increment(index: number): Promise<void> {
    const key = this.#key(`sum-${index % 3}`);
    const expected = this.sums.get(key) ?? { acknowledged: 0, inDoubt: 0 };
    this.sums.set(key, expected);
    const rules = [{ familyName: this.families.many, columnQualifier: Buffer.from('n'), incrementAmount: 1 }];
    const request = v2.ReadModifyWriteRowRequest.encode({
      tableName: counters,
      rowKey: Buffer.from(key),
      rules,
    }).finish();
    const { status } = await this.#send('ReadModifyWriteRow', request);
    if (status === 0) expected.acknowledged++;
    else expected.inDoubt++;
  }

  async #set(index: number): Promise<void> {
    const key = this.#key(`${this.name}-set-${index}`);
    const request = { tableName: counters, rowKey: Buffer.from(key), mutations: [cell(key)] };
    const { status } = await this.#send('MutateRow', v2.MutateRowRequest.encode(request).finish());
    if (status === 0) this.written.set(key, key);
  }

  async #many(index: number): Promise<void> {
    const keys = [0, 1, 2].map((part) => this.#key(`${this.name}-many-${index}-${part}`));
    const shared = {
      rowKey: Buffer.from(this.#key('shared')),
      mutations: [
        cell(`${this.name} ${index}`, this.families.few),
        cell(String(index), this.families.many, `q${index % 5}`),
      ],
    };
    const entries = [...keys.map((key) => ({ rowKey: Buffer.from(key), mutations: [cell(key)] })), shared];
    const { status } = await this.#send(
      'MutateRows',
      v2.MutateRowsRequest.encode({ tableName: counters, entries }).finish(),
      entries.length,
    );
    if (status === 0) for (const key of keys) this.written.set(key, key);
  }

  async #conditional(index: number): Promise<void> {
    const request = {
      tableName: counters,
      rowKey: Buffer.from(this.#key('shared')),
      predicateFilter: {
        chain: {
          filters: [
            { columnQualifierRegexFilter: Buffer.from('flag') },
            { valueRegexFilter: Buffer.from('on') },
          ],
        },
      },
      trueMutations: [cell('off', this.families.many, 'flag')],
      falseMutations: [
        cell('on', this.families.many, 'flag'),
        cell(String(index), this.families.many, 'flips'),
      ],
    };
    await this.#send('CheckAndMutateRow', v2.CheckAndMutateRowRequest.encode(request).finish());
  }

  async #delete(index: number): Promise<void> {
    const column = { familyName: this.families.many, columnQualifier: Buffer.from(`q${index % 5}`) };
    const mutations = [
      { deleteFromColumn: column },
      cell(String(index), this.families.many, `d${index % 2}`),
    ];
    const request = { tableName: counters, rowKey: Buffer.from(this.#key('shared')), mutations };
    await this.#send('MutateRow', v2.MutateRowRequest.encode(request).finish());
  }
}

function cell(value: string, familyName = 'c', qualifier = 'v'): protos.google.bigtable.v2.IMutation {
  return {
    setCell: {
      familyName,
      columnQualifier: Buffer.from(qualifier),
      timestampMicros: -1,
      value: Buffer.from(value),
    },
  };
}

/** Every version of every cell of a tenant, sorted; values as text, numbers of eight bytes as numbers. */
export async function dump(
  raw: RawClient,
  tenant: { readonly prefix: string; readonly token: string },
): Promise<string[]> {
  const range = {
    startKeyClosed: Buffer.from(`${tenant.prefix}#`),
    endKeyOpen: Buffer.from(`${tenant.prefix}$`),
  };
  const request = v2.ReadRowsRequest.encode({ tableName: counters, rows: { rowRanges: [range] } }).finish();
  const answer = await raw.send('ReadRows', frame(Buffer.from(request)), tenant.token);
  if (answer.status !== 0) throw new Error(`the rows could not be read: ${answer.status} ${answer.message}`);
  return answer.messages
    .flatMap(scannedCells)
    .map(
      ({ key, family, qualifier, timestampMicros, value }) =>
        `${key.toString()} ${family}:${qualifier.toString()}@${timestampMicros}=${text(value)}`,
    )
    .sort();
}

function text(value: Buffer): string {
  return value.length === 8 && value[0] === 0 ? String(value.readBigInt64BE()) : value.toString();
}
