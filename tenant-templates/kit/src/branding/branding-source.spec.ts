import { describe, expect, it } from 'vitest';
import { createLogger } from '../log/logger.js';
import { BrandingSource } from './branding-source.js';
import { defaultBranding, type Branding } from './branding.js';
import type { BrandingAnswer } from './fetch-branding.js';

const published = (revision: number): Branding => ({ ...defaultBranding('Acme'), revision });

/** A store that answers when the test says so, and a clock that the test moves. */
function setUp() {
  const asked: {
    etag: string | undefined;
    answer: (answer: BrandingAnswer) => void;
    fail: (error: Error) => void;
  }[] = [];
  const lines: string[] = [];
  const clock = { now: 0 };
  const source = new BrandingSource(
    defaultBranding('Acme'),
    (etag) => new Promise((answer, fail) => asked.push({ etag, answer, fail })),
    createLogger('info', {}, (line) => lines.push(line)),
    () => clock.now,
  );
  return { source, asked, lines, clock };
}

async function loaded() {
  const all = setUp();
  const page = all.source.forPage();
  all.asked[0]?.answer({ kind: 'loaded', branding: published(1), etag: '"1"' });
  await page;
  return all;
}

describe('the branding of a page', () => {
  it('is the published one on the very first page, which waits for it', async () => {
    const { source, asked } = setUp();
    const page = source.forPage();
    asked[0]?.answer({ kind: 'loaded', branding: published(1), etag: '"1"' });
    expect((await page).revision).toBe(1);
  });

  it('is the built-in one when none is published, and is asked for again with the next page', async () => {
    const { source, asked, clock } = setUp();
    const first = source.forPage();
    asked[0]?.answer({ kind: 'absent' });
    expect((await first).revision).toBe(0);
    clock.now = 300;
    const second = source.forPage();
    asked[1]?.answer({ kind: 'loaded', branding: published(1), etag: '"1"' });
    expect((await second).revision).toBe(1);
  });

  it('is not asked for again within a second', async () => {
    const { source, asked, clock } = await loaded();
    clock.now = 900;
    await source.forPage();
    expect(asked).toHaveLength(1);
  });

  it('is the changed one on the first page after a second', async () => {
    const { source, asked, clock } = await loaded();
    clock.now = 1_100;
    const page = source.forPage();
    expect(asked[1]?.etag).toBe('"1"');
    asked[1]?.answer({ kind: 'loaded', branding: published(2), etag: '"2"' });
    expect((await page).revision).toBe(2);
  });

  it('is the last one while the store takes its time, and the changed one afterwards', async () => {
    const { source, asked, clock } = await loaded();
    clock.now = 1_100;
    expect((await source.forPage()).revision).toBe(1);
    asked[1]?.answer({ kind: 'loaded', branding: published(2), etag: '"2"' });
    await source.refreshWhenDue();
    expect((await source.forPage()).revision).toBe(2);
  });

  it('is asked for once by many pages at the same time', async () => {
    const { source, asked } = setUp();
    const pages = [source.forPage(), source.forPage(), source.forPage()];
    asked[0]?.answer({ kind: 'loaded', branding: published(1), etag: undefined });
    expect((await Promise.all(pages)).map(({ revision }) => revision)).toEqual([1, 1, 1]);
    expect(asked).toHaveLength(1);
  });

  it('stays the last good one when the store fails or holds nonsense, and the log says so once', async () => {
    const { source, asked, lines, clock } = await loaded();
    for (const [at, time] of [
      [1, 20_000],
      [2, 40_000],
    ] as const) {
      clock.now = time;
      const page = source.forPage();
      asked[at]?.fail(new Error('branding: colors.primary must be a colour'));
      expect((await page).revision).toBe(1);
    }
    expect(lines.filter((line) => line.includes('last good one stays'))).toHaveLength(1);
  });

  it('stays the last one when the object is gone', async () => {
    const { source, asked, clock } = await loaded();
    clock.now = 20_000;
    const page = source.forPage();
    asked[1]?.answer({ kind: 'absent' });
    expect((await page).revision).toBe(1);
  });
});
