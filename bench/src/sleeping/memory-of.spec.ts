import { expect, it } from 'vitest';
import { programName } from './memory-of.js';

it.each([
  ['/usr/bin/node\0--max-old-space-size=384\0/a/twin/dist/main.js\0', 'twin/main.js'],
  ['node\0/a/stacks/runner/run.mjs\0x', 'runner/run.mjs'],
  ['/opt/postgres/bin/postgres\0-D\0/data\0', 'postgres'],
  ['postgres: io worker 0\0', 'postgres'],
  ['/tools/bigtable-emulator/1.50.0/bigtable-emulator\0-port=0\0', 'bigtable-emulator'],
])('calls %j by its name', (commandLine, name) => expect(programName(commandLine)).toBe(name));
