import { describe, expect, it } from 'vitest';
import { parseProcStat, parsePsLine } from './process-table.js';

const stat = (command: string, state: string): string =>
  `4711 (${command}) ${state} 1 4711 4711 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 0 0`;

describe('what the system says about a process', () => {
  it.each(['node', 'a b', 'evil) Z 1 (x', ''])(
    'finds state and start behind a command named %j',
    (command) => {
      expect(parseProcStat(stat(command, 'S'))).toEqual({ zombie: false, startTicks: '987654' });
    },
  );

  it.each(['Z', 'X'])('counts state %s as dead, since nobody may ever reap it', (state) => {
    expect(parseProcStat(stat('node', state))?.zombie).toBe(true);
  });

  it('makes nothing of a text that is no stat line', () => {
    expect(parseProcStat('')).toBeUndefined();
    expect(parseProcStat('4711 (node) S 1')).toBeUndefined();
  });

  it('reads a line of ps as macOS and Linux print it', () => {
    expect(parsePsLine('Ss   Sat Nov  1 11:48:58 2026\n')).toEqual({
      zombie: false,
      startedAt: 'Sat Nov 1 11:48:58 2026',
    });
    expect(parsePsLine('Z+   Sat Nov  1 11:48:58 2026')?.zombie).toBe(true);
    expect(parsePsLine('')).toBeUndefined();
  });
});
