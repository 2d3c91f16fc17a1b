import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Status } from '../grpc/grpc-error.js';
import { FaultyDisk } from '../testing/faulty-disk.js';
import { until } from '../testing/until.js';
import { DurableLog } from './durable-log.js';
import { openLogFile } from './log-file.js';
import type { LogRecord } from './log-record.js';
import { LogDamagedError } from './segment-reader.js';

const rows = (text: string): LogRecord => ({ kind: 'rows', table: 'counters', entries: Buffer.from(text) });
const drop = (keysBegin: string): LogRecord => ({ kind: 'drop', table: 'counters', keysBegin });

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lh-log-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function contents(folder: string): Promise<string[]> {
  const log = await DurableLog.open(folder, openLogFile);
  const all: string[] = [];
  for await (const records of log.records()) {
    all.push(
      ...records.map((record) =>
        record.kind === 'rows'
          ? record.entries.toString()
          : record.kind === 'drop'
            ? `drop ${record.keysBegin}`
            : 'usage',
      ),
    );
  }
  await log.close();
  return all;
}

async function write(folder: string, records: readonly LogRecord[]): Promise<void> {
  const log = await DurableLog.open(folder, openLogFile);
  for (const record of records) await log.append(record);
  await log.close();
}

describe('the log', () => {
  test('gives back what was appended, in order, over several starts', async () => {
    await write(dir, [rows('a'), drop('p#')]);
    await write(dir, [rows('b')]);
    expect(await contents(dir)).toEqual(['a', 'drop p#', 'b']);
  });

  test('keeps the order of appends that share an fsync', async () => {
    const syncs: number[] = [];
    const log = await DurableLog.open(dir, openLogFile, { synced: ({ records }) => syncs.push(records) });
    const names = Array.from({ length: 500 }, (_, index) => String(index));
    await Promise.all(names.map((name) => log.append(rows(name))));
    await log.close();
    expect(await contents(dir)).toEqual(names);
    expect(syncs.length).toBeLessThan(50);
  });

  test('gives back everything while a compaction begins the next segment', async () => {
    const begun = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    const log = await DurableLog.open(dir, async (path, mode) => {
      const file = await openLogFile(path, mode);
      if (!path.endsWith('2.log')) return file;
      begun.resolve(undefined);
      return { ...file, truncate: (size) => released.promise.then(() => file.truncate(size)) };
    });
    await log.append(rows('a'));
    const compacted = log.compact(async function* () {
      yield await Promise.resolve(rows('a'));
    });
    await begun.promise;
    const read: LogRecord[] = [];
    for await (const records of log.records()) read.push(...records);
    released.resolve(undefined);
    await compacted;
    await log.close();
    expect(read).toEqual([rows('a')]);
  });

  test('is pristine only before the first record', async () => {
    const first = await DurableLog.open(dir, openLogFile);
    expect(first.pristine).toBe(true);
    await first.append(rows('a'));
    await first.close();
    const second = await DurableLog.open(dir, openLogFile);
    expect(second.pristine).toBe(false);
    await second.close();
  });

  test('cut at any byte, still holds every record of the writes before the cut, and takes new ones', async () => {
    await write(dir, [rows('one'), rows('two'), rows('three')]);
    const [name = ''] = (await readdir(dir)).filter((each) => each.endsWith('.log'));
    const whole = await readFile(join(dir, name));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), async (cut) => {
        const folder = await mkdtemp(join(dir, 'cut-'));
        await writeFile(join(folder, name), whole.subarray(0, cut));
        const kept = await contents(folder);
        expect(['one', 'two', 'three'].slice(0, kept.length)).toEqual(kept);
        await write(folder, [rows('new')]);
        expect(await contents(folder)).toEqual([...kept, 'new']);
      }),
      { numRuns: 60 },
    );
  });

  test('with rubbish after the last write loses only the rubbish', async () => {
    await write(dir, [rows('one')]);
    const [name = ''] = await readdir(dir);
    const whole = await readFile(join(dir, name));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 64 }), async (rubbish) => {
        await writeFile(join(dir, name), Buffer.concat([whole, rubbish]));
        expect(await contents(dir)).toEqual(['one']);
      }),
      { numRuns: 40 },
    );
  });

  test('damaged in any write but the last refuses to start, and names file and byte', async () => {
    await write(dir, [rows('one'), rows('two'), rows('three')]);
    const [name = ''] = await readdir(dir);
    const whole = await readFile(join(dir, name));
    const lastAt = whole.lastIndexOf(whole.subarray(10, 18));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: lastAt - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        await writeFile(join(dir, name), damaged);
        const error: unknown = await contents(dir).catch((thrown: unknown) => thrown);
        if (!(error instanceof LogDamagedError)) throw new Error(`damage at ${at} was not noticed`);
        expect(error.message).toContain(name);
        expect(error.offset).toBeLessThanOrEqual(at);
        expect(error.message).toContain(String(error.offset));
      }),
      { numRuns: 60 },
    );
  });

  test('refuses to start when a file in the middle is missing', async () => {
    const log = await DurableLog.open(dir, openLogFile);
    await log.append(rows('a'));
    await log.compact(() => none());
    await log.compact(() => none());
    await log.close();
    await writeFile(join(dir, '0000000005.log'), '');
    await expect(contents(dir)).rejects.toThrow(/0000000004\.log .* missing/);
  });

  test('compacted holds the rows as they were and what was appended meanwhile', async () => {
    const log = await DurableLog.open(dir, openLogFile);
    for (const name of ['a', 'b', 'c']) await log.append(rows(name));
    await log.compact(async function* () {
      await log.append(rows('meanwhile'));
      yield rows('snapshot');
    });
    await log.append(rows('after'));
    await log.close();
    expect(await contents(dir)).toEqual(['snapshot', 'meanwhile', 'after']);
    expect(await readdir(dir)).toEqual(['0000000002.log', '0000000002.snapshot']);
  });

  test('whose compaction fails, or is cut off by a crash, is as good as before', async () => {
    const log = await DurableLog.open(dir, openLogFile);
    await log.append(rows('a'));
    const failing = log.compact(async function* () {
      yield rows('half');
      await log.append(rows('b'));
      throw new Error('the emulator is gone');
    });
    await expect(failing).rejects.toThrow('gone');
    await log.append(rows('c'));
    await log.close();
    expect(await contents(dir)).toEqual(['a', 'b', 'c']);
    expect((await readdir(dir)).some((name) => name.includes('unfinished'))).toBe(false);
  });
});

describe('the log on a disk that refuses', () => {
  let disk: FaultyDisk;
  let log: DurableLog;
  beforeEach(async () => {
    disk = new FaultyDisk();
    log = await DurableLog.open(dir, disk.open);
    await log.append(rows('before'));
  });
  afterEach(() => log.close());

  test.each([
    [
      'is full',
      () => {
        disk.room = 20;
      },
      () => {
        disk.room = Infinity;
      },
    ],
    [
      'fails to sync what was written',
      () => {
        disk.failing = true;
      },
      () => {
        disk.failing = false;
      },
    ],
  ])('%s: nothing is acknowledged, and it goes on when the disk does', async (_, breakIt, mend) => {
    breakIt();
    await expect(log.append(rows('in doubt'))).rejects.toMatchObject({ status: Status.unavailable });
    expect(log.writable).toBe(false);
    await expect(log.append(rows('too'))).rejects.toMatchObject({ status: Status.unavailable });
    await expect(log.flushed()).rejects.toMatchObject({ status: Status.unavailable });
    mend();
    await until(() => log.writable);
    await log.append(rows('after'));
    await log.close();
    expect(await contents(dir)).toEqual(['before', 'in doubt', 'too', 'after']);
  });

  test('forgets what it could not write when told to settle', async () => {
    disk.room = 0;
    await expect(log.append(rows('lost'))).rejects.toThrow();
    await log.settle();
    disk.room = Infinity;
    await until(() => log.writable);
    await log.append(rows('after'));
    await log.close();
    expect(await contents(dir)).toEqual(['before', 'after']);
  });

  test('ends while the disk still refuses, with nothing lost that was acknowledged', async () => {
    disk.room = 7;
    await expect(log.append(rows('torn'))).rejects.toThrow();
    await log.close();
    expect(await contents(dir)).toEqual(['before']);
  });

  test('cannot be compacted on a full disk and stays whole', async () => {
    disk.room = 3;
    await expect(log.compact(() => none())).rejects.toThrow();
    disk.room = Infinity;
    await log.append(rows('after'));
    await log.close();
    expect(await contents(dir)).toEqual(['before', 'after']);
  });
});

async function* none(): AsyncGenerator<LogRecord> {
  // An emulator without rows.
}
