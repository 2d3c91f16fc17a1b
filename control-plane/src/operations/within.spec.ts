import { expect, test } from 'vitest';
import { Interruption } from './interruption.js';
import { within } from './within.js';

const limits = { timeoutMs: 10_000, graceMs: 20 };
const never = (): Promise<never> => new Promise(() => undefined);

test('work that ends in time gives its value, or its own error', async () => {
  const { signal } = new AbortController();
  await expect(within(signal, limits, () => Promise.resolve(7))).resolves.toBe(7);
  await expect(within(signal, limits, () => Promise.reject(new Error('own')))).rejects.toThrow('own');
});

test('work that takes too long is told to stop, and is left behind when it does not listen', async () => {
  let told: unknown;
  const work = (signal: AbortSignal): Promise<never> => {
    signal.addEventListener('abort', () => {
      told = signal.reason;
    });
    return never();
  };
  await expect(within(new AbortController().signal, { ...limits, timeoutMs: 5 }, work)).rejects.toMatchObject(
    { kind: 'timeout' },
  );
  expect(told).toMatchObject({ kind: 'timeout' });
});

test('an interruption is the reason even when the work ends with another error because of it', async () => {
  const controller = new AbortController();
  const work = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('socket hung up'));
      });
    });
  const running = within(controller.signal, limits, work);
  controller.abort(new Interruption('cancelled'));
  await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
});

test('work does not begin under a signal that has ended', async () => {
  let begun = false;
  const work = (): Promise<void> => {
    begun = true;
    return Promise.resolve();
  };
  await expect(within(AbortSignal.abort(new Interruption('lease_lost')), limits, work)).rejects.toMatchObject(
    { kind: 'lease_lost' },
  );
  expect(begun).toBe(false);
});
