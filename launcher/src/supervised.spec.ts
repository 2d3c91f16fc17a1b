import { describe, expect, it } from 'vitest';
import { Supervised, type Life } from './supervised.js';

interface TestLife extends Life {
  readonly number: number;
  crash(): void;
}

/** Something that can be begun many times, whose lives the test ends. */
function supervise(options: { failBegins?: readonly number[] } = {}) {
  const lives: TestLife[] = [];
  const events: string[] = [];
  let begins = 0;
  let told: (() => void) | undefined;
  const supervised = new Supervised<TestLife>({
    name: 'thing',
    onEvent: (line) => events.push(line),
    begin: () => {
      begins += 1;
      if (options.failBegins?.includes(begins)) return Promise.reject(new Error('no luck'));
      let end: () => void = () => undefined;
      const exited = new Promise<void>((resolve) => (end = resolve));
      const stop = (): Promise<void> => {
        end();
        return exited;
      };
      const life = { number: begins, exited, crash: end, stop };
      lives.push(life);
      told?.();
      return Promise.resolve(life);
    },
  });
  const life = async (index: number): Promise<TestLife> => {
    while (!lives[index]) await new Promise<void>((resolve) => (told = resolve));
    return lives[index];
  };
  return { supervised, events, life, begun: () => begins };
}

describe('something that is kept running', () => {
  it('is begun again after a crash, and people are told', async () => {
    const { supervised, events, life } = supervise();
    (await supervised.start()).crash();
    expect((await life(1)).number).toBe(2);
    expect(events).toEqual(['thing ended unexpectedly; starting it again in 0.25 s']);
    await supervised.stop();
  });

  it('is tried again when it does not come back at once', async () => {
    const { supervised, events, life } = supervise({ failBegins: [2] });
    (await supervised.start()).crash();
    expect((await life(1)).number).toBe(3);
    expect(events).toContain('thing did not start: no luck');
    await supervised.stop();
  });

  it('is not tried again when its first start fails, as the reason is one for people', async () => {
    const { supervised, begun } = supervise({ failBegins: [1] });
    await expect(supervised.start()).rejects.toThrow('no luck');
    expect(begun()).toBe(1);
    await supervised.stop();
  });

  it('stays stopped when it is stopped, also in the wait after a crash', async () => {
    const { supervised, begun } = supervise();
    (await supervised.start()).crash();
    await supervised.stop();
    expect(begun()).toBe(1);
  });

  it('is restarted on request without counting as crashed', async () => {
    const { supervised, events, life } = supervise();
    await supervised.start();
    await supervised.restart();
    await life(1);
    expect(events).toEqual(['thing: starting again']);
    await supervised.stop();
  });
});
