import { describe, expect, test } from 'vitest';
import type { Target } from '../targets/target.js';
import { waitUntilGone, waitUntilReachable } from './reachability.js';

/** For what comes true: as long as it takes. */
const patient = { firstMs: 1, longestMs: 2, deadlineMs: 20_000 };
/** For what never does: the sooner it gives up, the better. */
const polling = { firstMs: 1, longestMs: 2, deadlineMs: 30 };
const { signal } = new AbortController();

interface Seen {
  readonly addresses: string[];
  readonly status: number;
  readonly revision?: string;
}

/** What a visitor sees, look by look; the last one stays. */
function world(...looks: Seen[]): Pick<Target, 'resolve' | 'fetchThroughEdge' | 'rollout'> {
  let look = 0;
  const seen = (): Seen => looks[Math.min(look, looks.length - 1)]!;
  return {
    rollout: () => Promise.resolve({ complete: false, message: '', stuck: 'The pod has ended 5 times.' }),
    resolve: () => Promise.resolve(seen().addresses),
    fetchThroughEdge: () => {
      const { status, revision } = seen();
      look++;
      return Promise.resolve({
        status,
        headers: revision === undefined ? {} : { 'branding-revision': revision },
        body: '',
      });
    },
  };
}

const expected = { hostname: 'acme.localhost', addresses: ['127.0.0.1'], brandingRevision: 2 };
const good: Seen = { addresses: ['127.0.0.1'], status: 200, revision: '2' };

describe('a hostname is reachable', () => {
  test('as soon as name, page and branding are all there', async () => {
    const looks = [
      { addresses: [], status: 404 },
      { ...good, status: 503 },
      { ...good, revision: '1' },
      good,
    ];
    await expect(waitUntilReachable(world(...looks), expected, signal, patient)).resolves.toBeUndefined();
    await expect(
      waitUntilReachable(world({ ...good, revision: '7' }), expected, signal, patient),
    ).resolves.toBeUndefined();
  });

  test('by its page alone when its DNS is its owner’s', async () => {
    const foreign = { hostname: expected.hostname, brandingRevision: 2 };
    await expect(
      waitUntilReachable(world({ ...good, addresses: [] }), foreign, signal, patient),
    ).resolves.toBeUndefined();
  });

  test.each([
    [
      { ...good, addresses: [] },
      /^The name acme\.localhost gives no address instead of the edge's 127\.0\.0\.1\. That did not change within/,
    ],
    [{ ...good, addresses: ['10.0.0.9'] }, /gives 10\.0\.0\.9 instead/],
    [{ ...good, status: 503 }, /^The page of acme\.localhost answers 503 instead of 200\./],
    [{ addresses: good.addresses, status: 200 }, /shows no branding instead of 2/],
    [{ ...good, revision: '1' }, /shows branding revision 1 instead of 2/],
  ])('not while %j: the error names the condition that is not met', async (seen, sentence) => {
    await expect(waitUntilReachable(world(seen), expected, signal, polling)).rejects.toMatchObject({
      code: 'not_reachable',
      resource: 'acme.localhost',
      retryable: true,
      publicMessage: expect.stringMatching(sentence) as string,
    });
  });

  test('is not waited for when its pods cannot become ready, whatever time is left', async () => {
    const workload = { namespace: 't-acme', deployment: 'app' };
    const broken = world({ ...good, status: 503 });
    await expect(
      waitUntilReachable(broken, { ...expected, workload }, signal, { ...patient, deadlineMs: 3_600_000 }),
    ).rejects.toMatchObject({
      code: 'not_reachable',
      publicMessage: 'The page of acme.localhost answers 503 instead of 200. The pod has ended 5 times.',
    });
  });

  test('not when the edge is down: what it said is in the error', async () => {
    const down = {
      ...world(good),
      fetchThroughEdge: () => Promise.reject(new Error('connect ECONNREFUSED')),
    };
    await expect(waitUntilReachable(down, expected, signal, polling)).rejects.toThrow(
      /edge did not answer .* ECONNREFUSED/,
    );
  });

  test('is no longer asked when the operation is cancelled', async () => {
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    await expect(waitUntilReachable(world(good), expected, cancelled, polling)).rejects.toThrow('cancelled');
  });
});

describe('a hostname is gone', () => {
  test('when neither its name nor its page is there', async () => {
    const gone = { addresses: [], status: 404 };
    await expect(
      waitUntilGone(world(good, gone), 'acme.localhost', signal, patient),
    ).resolves.toBeUndefined();
  });

  test.each([
    [good, /still gives 127\.0\.0\.1/],
    [{ ...good, addresses: [] }, /still answers 200/],
  ])('not while %j', async (seen, sentence) => {
    await expect(waitUntilGone(world(seen), 'acme.localhost', signal, polling)).rejects.toThrow(sentence);
  });
});
