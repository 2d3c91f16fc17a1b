import { compactVerify, createLocalJWKSet } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Operation } from '../operations/operation.js';
import type { Saga } from '../operations/saga.js';
import { AppError } from '../platform/app-error.js';
import { PlatformBench } from './testing/platform-bench.js';

/** The step at which the next move stops: after its effect, before that is written down. */
let stopsAt: string | undefined;
/** Of each step of a move, in the order in which they ran. */
const acted: string[] = [];
let platform: PlatformBench;
let backupId: string;

beforeAll(async () => {
  platform = await PlatformBench.open({ cells: ['east'], saga: watched });
  for (const slug of ['acme', 'globex'])
    expect((await platform.ended((await platform.onboard(slug, { cell: 'local' })).id)).state).toBe(
      'succeeded',
    );
});
afterAll(() => platform[Symbol.asyncDispose]());

/** Does every step of a move twice, as after a worker that was killed before its checkpoint. */
function watched(saga: Saga): Saga {
  if (saga.kind !== 'tenant.move') return saga;
  return {
    ...saga,
    steps: saga.steps.map((step) => ({
      ...step,
      act: async (work) => {
        acted.push(step.name);
        await step.act?.(work);
        const output = await step.act?.(work);
        if (stopsAt === step.name)
          throw new AppError('not_allowed', 'stopped_here', { publicMessage: `Stopped at ${step.name}.` });
        return output;
      },
    })),
  };
}

const number = async (slug: string, cell: string): Promise<number> => {
  const signal = AbortSignal.timeout(10_000);
  const { body } = await at(cell).fetchThroughEdge(`${slug}.localhost`, '/getCounter', { signal });
  return Number(body);
};
const status = async (slug: string, cell: string): Promise<number> => {
  const signal = AbortSignal.timeout(10_000);
  return (await at(cell).fetchThroughEdge(`${slug}.localhost`, '/', { signal })).status;
};
const at = (cell: string) => platform.targets.get(cell) ?? platform.target;
const tenant = (slug: string) => platform.run((tx) => platform.tenants.require(tx, slug));
const rowsOf = async (slug: string, cell: string): Promise<string> =>
  (await at(cell).readRows((await tenant(slug)).rowKeyPrefix ?? '')).lines.toString();
const stackOf = async (cell: string): Promise<string[]> => {
  const found = await at(cell).inventory.list({ cell });
  return found.filter(({ scope, name }) => scope === 't-acme' || name === 't-acme').map(({ type }) => type);
};
const move = (slug: string, cell: string): Promise<Operation> =>
  platform.run((tx) => platform.moves.move(platform.ctx, tx, slug, { cell, ifMatch: '*' }));
const moved = z.object({
  erasure: z.object({ cell: z.string(), proof: z.string() }),
  archive: z.object({ rows: z.number() }),
});

describe('a move to another cell', () => {
  test('that fails before the switch leaves the tenant running where it was, and nothing where it did not come', async () => {
    while ((await number('acme', 'local')) < 5);
    const neighbour = await rowsOf('globex', 'local');
    stopsAt = 'compare';
    const ended = await platform.ended((await move('acme', 'east')).id);
    stopsAt = undefined;
    expect(ended).toMatchObject({ state: 'rolled_back', error: { code: 'stopped_here' } });
    expect(await number('acme', 'local')).toBeGreaterThan(5);
    expect(await tenant('acme')).toMatchObject({ cell: 'local', state: 'active' });
    expect(await rowsOf('acme', 'east')).toBe('');
    expect(await stackOf('east')).toEqual([]);
    expect(await at('east').listObjects('leasehold-twin-east-branding', 'archives/')).toEqual([]);
    expect(await rowsOf('globex', 'local')).toBe(neighbour);
  });

  test('that fails after the switch refuses everything but its resume, and ends there: rows, names and backups with it', async () => {
    const backup = await platform.run((tx) =>
      platform.archives.backUp(platform.ctx, tx, 'acme', 30, 'request'),
    );
    backupId = z
      .object({ archive: z.object({ id: z.string() }) })
      .parse((await platform.ended(backup.id)).result).archive.id;
    let before = 0;
    while (before < 9) before = await number('acme', 'local');
    const neighbour = await rowsOf('globex', 'local');
    acted.length = 0;
    stopsAt = 'leave';
    const { id } = await move('acme', 'east');
    expect(await platform.ended(id)).toMatchObject({ state: 'failed', error: { code: 'stopped_here' } });
    stopsAt = undefined;
    await expect(platform.ask('rollback', id)).rejects.toMatchObject({ code: 'rollback_not_possible' });
    const purge = platform.run((tx) =>
      platform.tenants.remove(platform.ctx, tx, 'acme', { purge: true, ifMatch: '*' }),
    );
    await expect(purge).rejects.toMatchObject({ code: 'operation_unfinished', resource: id });

    await platform.ask('resume', id);
    const ended = await platform.ended(id);
    expect(ended.error).toBeUndefined();
    expect(moved.parse(ended.result)).toMatchObject({ erasure: { cell: 'local', proof: 'empty scan' } });
    expect(acted.filter((name) => name === 'copy')).toEqual(['copy']);

    expect(await tenant('acme')).toMatchObject({ cell: 'east', state: 'active' });
    expect(await number('acme', 'east')).toBeGreaterThan(before);
    expect(await status('acme', 'local')).toBe(404);
    expect(await rowsOf('acme', 'local')).toBe('');
    expect(await stackOf('local')).toEqual([]);
    expect(await rowsOf('globex', 'local')).toBe(neighbour);
    const left = await at('local').listObjects('leasehold-twin-local-branding', '');
    expect(left.filter((name) => name.includes(backup.tenantId ?? ''))).toEqual([]);
  });

  test('to a cell where nothing runs is refused before the tenant is touched', async () => {
    await platform.addCell('unserved');
    const ended = await platform.ended((await move('globex', 'unserved')).id);
    expect(ended).toMatchObject({ state: 'rolled_back', error: { code: 'cell_not_serving' } });
    expect(ended.steps.find(({ name }) => name === 'rest')).toMatchObject({ attempts: 0 });
    expect(await number('globex', 'local')).toBeGreaterThan(0);
  });

  test('and back again with a backup of the first cell, which can be restored there', async () => {
    expect((await platform.ended((await move('acme', 'local')).id)).error).toBeUndefined();
    expect(await number('acme', 'local')).toBeGreaterThan(9);
    await expect(platform.archives.stored(platform.ctx, 'acme', ['backup'], backupId)).resolves.toMatchObject(
      {
        archive: { cell: 'local', state: 'complete' },
      },
    );
  });

  test('ends with a signed certificate of what was erased, as a purge does', async () => {
    const { id } = await tenant('acme');
    expect(await certified(id)).toMatchObject({ kind: 'move', cell: 'east', rows: 1, proof: 'empty scan' });
    const purge = await platform.run((tx) =>
      platform.tenants.remove(platform.ctx, tx, id, { purge: true, ifMatch: '*' }),
    );
    expect((await platform.ended(purge.id)).error).toBeUndefined();
    const certificate = await certified(id);
    expect(certificate).toMatchObject({ kind: 'purge', tenantId: id, slug: 'acme', operationId: purge.id });
    expect(certificate).toMatchObject({ cell: 'local', rows: 1, proof: 'empty scan' });
    await expect(platform.certificates.newest(platform.ctx, 'globex')).rejects.toMatchObject({
      code: 'certificate_not_found',
    });
  });
});

/** What the newest certificate of a tenant says, once its signature is right. */
async function certified(tenantId: string): Promise<unknown> {
  const { jws } = await platform.certificates.newest(platform.ctx, tenantId);
  const keys = createLocalJWKSet({ keys: await platform.certificates.publicKeys(platform.ctx) });
  return JSON.parse(Buffer.from((await compactVerify(jws, keys)).payload).toString());
}
