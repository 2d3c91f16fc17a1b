import { describe, expect, it } from 'vitest';
import { identify, isAlive } from './process-identity.js';
import { spawnTethered } from './spawn-tethered.js';
import { eventually, runFixture } from './test-process.js';

describe('a tethered child', () => {
  it('is the program itself: its pid, its exit code, its arguments unchanged', async () => {
    const child = spawnTethered('sh', ['-c', 'echo $$ "$1"; exit 7', 'sh', 'a "b" $c'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    child.process.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    expect(await child.exited).toEqual({ code: 7, signal: null });
    expect(Buffer.concat(chunks).toString()).toBe(`${child.pid} a "b" $c\n`);
  });

  it('ends with 127 when there is no such command', async () => {
    expect(await spawnTethered('leasehold-no-such-command', []).exited).toEqual({ code: 127, signal: null });
  });

  it('that ignores SIGTERM is killed at the deadline, with what it started', async () => {
    const child = spawnTethered('sh', ['-c', 'trap "" TERM; sleep 600 & echo $!; wait'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const grandchild = await new Promise<number>((resolve) =>
      child.process.stdout?.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
    );
    expect(await child.stop(200)).toEqual({ code: null, signal: 'SIGKILL' });
    await eventually(async () => (await identify(grandchild)) === undefined);
  });

  it('dies with its parent when the parent is killed with SIGKILL, however stubborn it is', async () => {
    const { child: parent, line } = await runFixture('parent.mjs');
    const pids = Object.values(JSON.parse(line) as Record<string, number>);
    const identities = await Promise.all(pids.map(identify));
    expect(identities).not.toContain(undefined);
    parent.kill('SIGKILL');
    await eventually(async () => {
      const alive = await Promise.all(identities.filter((identity) => identity !== undefined).map(isAlive));
      return !alive.includes(true);
    });
  });
});
