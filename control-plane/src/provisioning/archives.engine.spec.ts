import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { archiveBytes, archiveLines } from '../archives/archive-reader.js';
import { ArchiveKeeper } from '../archives/schedule/archive-keeper.js';
import { parseLine } from '../archives/kept-columns.js';
import type { Operation } from '../operations/operation.js';
import type { Ctx } from '../platform/request-context.js';
import type { Tx } from '../platform/unit-of-work.js';
import { PlatformBench } from './testing/platform-bench.js';

const copies = ['backup', 'safeguard', 'export'] as const;
const result = z.object({ archive: z.object({ id: z.string(), rows: z.number(), sha256: z.string() }) });

describe('copies of a tenant’s rows', () => {
  let platform: PlatformBench;
  beforeAll(async () => {
    platform = await PlatformBench.open();
    for (const slug of ['acme', 'globex']) {
      expect((await platform.ended((await platform.onboard(slug)).id)).state).toBe('succeeded');
    }
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  const number = async (slug: string): Promise<number> =>
    Number((await platform.page(slug, '/getCounter')).body);
  const done = async (asked: Promise<Operation>): Promise<Operation> => {
    const ended = await platform.ended((await asked).id);
    expect(ended.error, ended.kind).toBeUndefined();
    expect(ended.state).toBe('succeeded');
    return ended;
  };
  const ctx = (): Ctx => platform.ctx;
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => platform.run(work);
  const backUp = async (slug: string): Promise<string> => {
    const ended = await done(run((tx) => platform.archives.backUp(ctx(), tx, slug, 30, 'request')));
    return result.parse(ended.result).archive.id;
  };
  const suspend = (slug: string) => done(run((tx) => platform.tenants.suspend(ctx(), tx, slug)));
  const resume = (slug: string) => done(run((tx) => platform.tenants.resume(ctx(), tx, slug)));
  const rowsOf = async (slug: string): Promise<string> => {
    const prefix = (await run((tx) => platform.tenants.require(tx, slug))).rowKeyPrefix;
    return (await platform.target.readRows(prefix ?? '')).lines.toString();
  };

  it('a backup of a counter at 3 is restored at 9: it goes on above 9, and nobody else is touched', async () => {
    while ((await number('acme')) < 3);
    const other = await rowsOf('globex');
    const backup = await backUp('acme');
    while ((await number('acme')) < 9);
    await suspend('acme');
    await done(run((tx) => platform.archives.restore(ctx(), tx, 'acme', backup)));
    await resume('acme');
    expect(await number('acme')).toBeGreaterThan(9);
    expect(await rowsOf('globex')).toBe(other);
  });

  it('a row that came after the backup goes, one that went comes back, and the safeguard has what was there', async () => {
    const { rowKeyPrefix } = await run((tx) => platform.tenants.require(tx, 'globex'));
    const line = (key: string): Buffer =>
      Buffer.from(
        `{"table":"counters","key":"${Buffer.from(key).toString('base64')}","cells":[["c","bm90ZQ==","1000","${Buffer.from(key).toString('base64')}"]]}\n`,
      );
    const prefix = rowKeyPrefix ?? '';
    await platform.target.writeRows(prefix, line('early'));
    const before = await rowsOf('globex');
    const backup = await backUp('globex');
    await suspend('globex');
    await platform.target.eraseRows(prefix);
    await platform.target.writeRows(prefix, line('late'));
    const ended = await done(run((tx) => platform.archives.restore(ctx(), tx, 'globex', backup)));
    expect(await rowsOf('globex')).toBe(before);
    const { safeguard } = z.object({ safeguard: z.string() }).parse(ended.result);
    const { stored, target } = await platform.archives.stored(ctx(), 'globex', copies, safeguard);
    const keys: string[] = [];
    for await (const text of archiveLines(target, stored))
      keys.push(Buffer.from(parseLine(text).key, 'base64').toString());
    expect(keys).toEqual(['late']);
    await resume('globex');
  });

  it('is refused while the workload runs, for another tenant’s backup, and for one that is damaged', async () => {
    const backup = await backUp('acme');
    const restore = (slug: string) => run((tx) => platform.archives.restore(ctx(), tx, slug, backup));
    await expect(restore('acme')).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(restore('globex')).rejects.toMatchObject({ code: 'backup_not_found' });
    await suspend('acme');
    const before = await rowsOf('acme');
    const { archive, stored } = await platform.archives.stored(ctx(), 'acme', copies, backup);
    const name = `archives/${archive.tenantId}/${archive.id}/000000`;
    await platform.target.putObject(stored.bucket, name, Buffer.from('other bytes'), {
      contentType: 'application/gzip',
      cacheControl: 'no-store',
    });
    const ended = await platform.ended((await restore('acme')).id);
    expect(ended.error).toMatchObject({ code: 'archive_damaged' });
    expect(await rowsOf('acme')).toBe(before);
    await resume('acme');
  });

  it('an export, which its owner starts, is one gzip file with a digest, and any range of it; removed, its objects go', async () => {
    const { id: tenantId } = await run((tx) => platform.tenants.require(tx, 'globex'));
    const owner: Ctx = { ...ctx(), actor: { id: 'key:owner', role: 'tenant-admin', tenantId } };
    const asOwner = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => platform.uow.run(owner, work);
    const ended = await done(asOwner((tx) => platform.archives.export(owner, tx, 'globex')));
    const { archive } = result.parse(ended.result);
    const { stored, target } = await platform.archives.stored(owner, 'globex', ['export'], archive.id);
    const bytes = async (range?: { first: number; last: number }): Promise<Buffer> => {
      const parts: Buffer[] = [];
      for await (const part of archiveBytes(target, stored, range)) parts.push(part);
      return Buffer.concat(parts);
    };
    const whole = await bytes();
    expect(
      Buffer.concat([await bytes({ first: 0, last: 9 }), await bytes({ first: 10, last: whole.length - 1 })]),
    ).toEqual(whole);

    const folder = `archives/${stored.tenantId}/${archive.id}/`;
    expect(await target.listObjects(stored.bucket, folder)).not.toEqual([]);
    await asOwner((tx) => platform.archives.remove(owner, tx, 'globex', ['export'], archive.id));
    await new ArchiveKeeper(platform.uow, platform.archives).round(ctx());
    expect(await target.listObjects(stored.bucket, folder)).toEqual([]);
  });

  it('are gone with the tenant: no object of them is left', async () => {
    const { archive, stored } = await platform.archives.stored(
      ctx(),
      'globex',
      copies,
      await backUp('globex'),
    );
    const folder = `archives/${archive.tenantId}/`;
    expect((await platform.target.listObjects(stored.bucket, folder)).length).toBeGreaterThan(0);
    const ended = await done(
      run((tx) => platform.tenants.remove(ctx(), tx, 'globex', { purge: true, ifMatch: '*' })),
    );
    expect(ended.result).toMatchObject({ erasure: { proof: 'empty scan' } });
    expect(await platform.target.listObjects(stored.bucket, folder)).toEqual([]);
  });
});
