import { protos } from '@google-cloud/bigtable-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowKey } from '@leasehold/tenant-data';
import { frame } from './grpc/frames.js';
import { Status } from './grpc/grpc-error.js';
import { counters, GatewayUnderTest, instance, type Tenant } from './testing/gateway-under-test.js';
import { RawClient, type RawAnswer } from './testing/raw-client.js';
import { requests, spoil } from './testing/random-requests.js';
import { until } from './testing/until.js';

const v2 = protos.google.bigtable.v2;
const bytes = (encoded: { finish(): Uint8Array }): Buffer => Buffer.from(encoded.finish());

describe('a hostile pod', () => {
  let under: GatewayUnderTest;
  let mallory: Tenant;
  let victim: Tenant;
  let raw: RawClient;
  let secretKey: string;

  beforeAll(async () => {
    under = await GatewayUnderTest.start();
    mallory = await under.tenant('mallory');
    victim = await under.tenant('victim');
    secretKey = rowKey(victim.prefix, 'secret');
    await victim.data.put('counters', secretKey, { 'c:v': 'secret', 'c:n': 5n });
    raw = new RawClient(under.port);
  });
  afterAll(async () => {
    raw.close();
    await under[Symbol.asyncDispose]();
  });

  const attack = (method: string, message: Buffer): Promise<RawAnswer> =>
    raw.send(method, frame(message), mallory.token);
  const own = (): Buffer => Buffer.from(rowKey(mallory.prefix, 'own'));
  const foreign = (): Buffer => Buffer.from(secretKey);
  const setCell = {
    setCell: {
      familyName: 'c',
      columnQualifier: Buffer.from('v'),
      timestampMicros: -1,
      value: Buffer.from('owned'),
    },
  };
  const increment = { familyName: 'c', columnQualifier: Buffer.from('n'), incrementAmount: 1 };
  const victimIsUnharmed = async (): Promise<void> => {
    const row = await victim.data.get('counters', secretKey);
    expect(row?.cells.get('c:v')?.toString()).toBe('secret');
    expect(row?.cells.get('c:n')).toEqual(Buffer.from([0, 0, 0, 0, 0, 0, 0, 5]));
  };

  test.each([
    [
      'ReadRows',
      'a key',
      () => v2.ReadRowsRequest.encode({ tableName: counters, rows: { rowKeys: [foreign()] } }),
    ],
    [
      'ReadRows',
      'a key behind an own one',
      () => v2.ReadRowsRequest.encode({ tableName: counters, rows: { rowKeys: [own(), foreign()] } }),
    ],
    [
      'ReadRows',
      'a range',
      () =>
        v2.ReadRowsRequest.encode({
          tableName: counters,
          rows: { rowRanges: [{ startKeyClosed: foreign(), endKeyClosed: foreign() }] },
        }),
    ],
    [
      'ReadRows',
      'a range from own to foreign',
      () =>
        v2.ReadRowsRequest.encode({
          tableName: counters,
          rows: { rowRanges: [{ startKeyClosed: own(), endKeyClosed: foreign() }] },
        }),
    ],
    [
      'ReadRows',
      'an open range',
      () =>
        v2.ReadRowsRequest.encode({ tableName: counters, rows: { rowRanges: [{ startKeyClosed: own() }] } }),
    ],
    [
      'ReadRows',
      'no bounds, backwards',
      () => v2.ReadRowsRequest.encode({ tableName: counters, reversed: true }),
    ],
    [
      'ReadRows',
      'no bounds but a filter for own keys',
      () =>
        v2.ReadRowsRequest.encode({
          tableName: counters,
          filter: { rowKeyRegexFilter: Buffer.from(`${mallory.prefix}.*`) },
        }),
    ],
    ['SampleRowKeys', 'all keys', () => v2.SampleRowKeysRequest.encode({ tableName: counters })],
    [
      'MutateRow',
      'a key',
      () => v2.MutateRowRequest.encode({ tableName: counters, rowKey: foreign(), mutations: [setCell] }),
    ],
    [
      'MutateRow',
      'the deletion of a row',
      () =>
        v2.MutateRowRequest.encode({
          tableName: counters,
          rowKey: foreign(),
          mutations: [{ deleteFromRow: {} }],
        }),
    ],
    [
      'MutateRows',
      'one of two keys',
      () =>
        v2.MutateRowsRequest.encode({
          tableName: counters,
          entries: [
            { rowKey: own(), mutations: [setCell] },
            { rowKey: foreign(), mutations: [setCell] },
          ],
        }),
    ],
    [
      'CheckAndMutateRow',
      'a key',
      () =>
        v2.CheckAndMutateRowRequest.encode({
          tableName: counters,
          rowKey: foreign(),
          trueMutations: [setCell],
        }),
    ],
    [
      'CheckAndMutateRow',
      'a key, to learn of a cell',
      () =>
        v2.CheckAndMutateRowRequest.encode({
          tableName: counters,
          rowKey: foreign(),
          predicateFilter: { valueRegexFilter: Buffer.from('s.*') },
          falseMutations: [setCell],
        }),
    ],
    [
      'ReadModifyWriteRow',
      'a key',
      () =>
        v2.ReadModifyWriteRowRequest.encode({ tableName: counters, rowKey: foreign(), rules: [increment] }),
    ],
  ])('%s with %s of a neighbour is refused with PERMISSION_DENIED', async (method, _, request) => {
    const answer = await attack(method, bytes(request()));
    expect(answer.status).toBe(Status.permissionDenied);
    expect(answer.messages).toEqual([]);
    await victimIsUnharmed();
  });

  test('nothing of a request is done when one of its rows is refused', async () => {
    const key = rowKey(mallory.prefix, 'not-written');
    const entries = [
      { rowKey: Buffer.from(key), mutations: [setCell] },
      { rowKey: foreign(), mutations: [setCell] },
    ];
    await attack('MutateRows', bytes(v2.MutateRowsRequest.encode({ tableName: counters, entries })));
    expect(await mallory.data.get('counters', key)).toBeUndefined();
  });

  test('the row key of a neighbour in a second field is refused, before or after the own', async () => {
    const [mine, theirs] = [own(), foreign()].map((rowKey) =>
      bytes(v2.MutateRowRequest.encode({ rowKey, mutations: [setCell] })),
    );
    const table = bytes(
      v2.MutateRowRequest.encode({ tableName: counters, rowKey: own(), mutations: [] }),
    ).subarray(0, counters.length + 2);
    for (const order of [
      [mine!, theirs!],
      [theirs!, mine!],
    ]) {
      const answer = await attack('MutateRow', Buffer.concat([table, ...order]));
      expect([Status.invalidArgument, Status.permissionDenied]).toContain(answer.status);
    }
    await victimIsUnharmed();
  });

  test('a row key of the wrong wire type, and a request cut short, are refused', async () => {
    const request = bytes(
      v2.MutateRowRequest.encode({ tableName: counters, rowKey: own(), mutations: [setCell] }),
    );
    const wrongWire = Buffer.concat([request, Buffer.of(0x10, 1)]);
    expect((await attack('MutateRow', wrongWire)).status).toBe(Status.invalidArgument);
    expect((await raw.send('MutateRow', frame(request).subarray(0, -3), mallory.token)).status).toBe(
      Status.invalidArgument,
    );
    expect(
      (await raw.send('MutateRow', Buffer.concat([frame(request), frame(request)]), mallory.token)).status,
    ).toBe(Status.invalidArgument);
    expect((await raw.send('MutateRow', Buffer.alloc(0), mallory.token)).status).toBe(Status.invalidArgument);
    const compressed = frame(request);
    compressed[0] = 1;
    expect((await raw.send('MutateRow', compressed, mallory.token)).status).toBe(Status.unimplemented);
  });

  test.each([
    '/google.bigtable.v2.Bigtable/ReadChangeStream',
    '/google.bigtable.v2.Bigtable/GenerateInitialChangeStreamPartitions',
    '/google.bigtable.v2.Bigtable/ExecuteQuery',
    '/google.bigtable.v2.Bigtable/PrepareQuery',
    '/google.bigtable.v2.Bigtable/readrows',
    '/google.bigtable.v2.Bigtable/ReadRows/',
    '/google.bigtable.admin.v2.BigtableTableAdmin/DropRowRange',
    '/google.bigtable.admin.v2.BigtableTableAdmin/DeleteTable',
    '/google.bigtable.admin.v2.BigtableTableAdmin/ModifyColumnFamilies',
    '/google.bigtable.admin.v2.BigtableInstanceAdmin/ListInstances',
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    '/',
  ])('%s is not offered', async (path) => {
    expect((await raw.send(path, frame(Buffer.alloc(0)), mallory.token)).status).toBe(Status.unimplemented);
  });

  test('another instance or project is not found', async () => {
    for (const name of [
      counters.replace('leasehold-twin', 'other'),
      counters.replace('local', 'other'),
      `${counters}/../x`,
      `${instance}/tables/x`,
    ]) {
      const answer = await attack(
        'ReadRows',
        bytes(v2.ReadRowsRequest.encode({ tableName: name, rows: { rowKeys: [own()] } })),
      );
      expect(answer.status).toBe(Status.notFound);
    }
  });

  test('random damage to requests never touches a neighbour, nor ends the emulator', async () => {
    const kinds = {
      ReadRows: 'readRows',
      MutateRow: 'mutateRow',
      MutateRows: 'mutateRows',
      CheckAndMutateRow: 'checkAndMutate',
      ReadModifyWriteRow: 'readModifyWrite',
    } as const;
    const ownKey = fc
      .uint8Array({ maxLength: 4 })
      .map((rest) => Buffer.concat([Buffer.from(`${mallory.prefix}#`), rest]));
    const mine = requests(ownKey, counters);
    const theirs = requests(fc.constant(foreign()), counters);
    let served = 0;
    await fc.assert(
      fc.asyncProperty(
        fc
          .constantFrom('ReadRows', 'MutateRow', 'MutateRows', 'CheckAndMutateRow', 'ReadModifyWriteRow')
          .chain((method) =>
            fc
              .oneof(
                { weight: 19, arbitrary: spoil(mine[kinds[method]], theirs[kinds[method]]) },
                { weight: 1, arbitrary: mine[kinds[method]] },
              )
              .map((message) => ({ method, message: Buffer.from(message) })),
          ),
        async ({ method, message }) => {
          const answer = await attack(method, message);
          served += answer.status === Status.ok ? 1 : 0;
          expect(answer.messages.some((each) => each.includes(victim.prefix))).toBe(false);
          expect([Status.internal, Status.unavailable, -1]).not.toContain(answer.status);
        },
      ),
      { numRuns: 400 },
    );
    expect(served).toBeGreaterThan(0);
    await victimIsUnharmed();
  });

  describe('with a token', () => {
    const read = (token?: string): Promise<RawAnswer> =>
      raw.send(
        'ReadRows',
        frame(bytes(v2.ReadRowsRequest.encode({ tableName: counters, rows: { rowKeys: [own()] } }))),
        token,
      );

    test('of its own is served', async () => {
      expect((await read(mallory.token)).status).toBe(Status.ok);
    });

    test.each([
      ['absent', () => Promise.resolve(undefined)],
      ['empty', () => Promise.resolve('')],
      ['no token at all', () => Promise.resolve('a.b.c')],
      ['expired', () => under.issuer.podToken(mallory.namespace, { expiresIn: -60 })],
      ['for another audience', () => under.issuer.podToken(mallory.namespace, { audience: 'storage' })],
      ['of an unsigned kind', () => Promise.resolve(unsigned(mallory.namespace))],
      [
        'with another signature',
        async () =>
          `${mallory.token.slice(0, mallory.token.lastIndexOf('.'))}.${(await under.issuer.podToken('t-x')).split('.')[2] ?? ''}`,
      ],
      [
        'that claims the namespace of a neighbour',
        () => under.issuer.podToken(mallory.namespace, { claimedNamespace: victim.namespace }),
      ],
    ])('%s is refused with UNAUTHENTICATED', async (_, token) => {
      const answer = await read(await token());
      expect(answer.status).toBe(Status.unauthenticated);
    });

    test('of another service account of its namespace is refused with PERMISSION_DENIED', async () => {
      const token = await under.issuer.token({
        subject: `system:serviceaccount:${mallory.namespace}:default`,
      });
      expect((await read(token)).status).toBe(Status.permissionDenied);
    });

    test('of a namespace without a prefix, and of the control plane, is refused with PERMISSION_DENIED', async () => {
      expect((await read(await under.issuer.podToken('t-nobody'))).status).toBe(Status.permissionDenied);
      expect((await read(await under.issuer.controlPlaneToken())).status).toBe(Status.permissionDenied);
    });

    test('signed by a key that was published a moment ago is served', async () => {
      await under.issuer.rotate();
      expect((await read(await under.issuer.podToken(mallory.namespace))).status).toBe(Status.ok);
      expect((await read(mallory.token)).status).toBe(Status.ok);
    });

    test('of a tenant whose prefix is revoked is refused from then on', async () => {
      const former = await under.tenant('former');
      const key = Buffer.from(rowKey(former.prefix, 'x'));
      const attempt = (): Promise<RawAnswer> =>
        raw.send(
          'ReadRows',
          frame(bytes(v2.ReadRowsRequest.encode({ tableName: counters, rows: { rowKeys: [key] } }))),
          former.token,
        );
      expect((await attempt()).status).toBe(Status.ok);
      await under.sql(`update leasehold.row_key_prefixes set state = 'revoked' where prefix = $1`, [
        former.prefix,
      ]);
      await until(async () => (await attempt()).status === Status.permissionDenied);
    });

    test('keeps its prefix while Postgres is away for a moment', async () => {
      await under.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name like 'data-gateway%'`,
      );
      expect((await read(mallory.token)).status).toBe(Status.ok);
      await until(
        async () =>
          (await read(await under.issuer.podToken(victim.namespace))).status === Status.permissionDenied,
      );
    });
  });
});

function unsigned(namespace: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 600;
  return `${part({ alg: 'none' })}.${part({ sub: `system:serviceaccount:${namespace}:app`, aud: 'data-gateway', exp })}.e30`;
}
