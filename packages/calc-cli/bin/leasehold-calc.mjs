#!/usr/bin/env node
/** `npx leasehold-calc`: runs the compiled command under the platform's own Node, which npm has installed beside it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const main = path('../dist/main.js');
const pinnedNode = path('../../../node_modules/.bin/node');

if (!existsSync(main)) {
  process.stderr.write('leasehold-calc is not built yet: run `npm start` in the repository once.\n');
  process.exit(1);
}
if (Number(process.versions.node.split('.')[0]) >= 24) await import('../dist/main.js');
else if (existsSync(pinnedNode)) {
  const { status } = spawnSync(pinnedNode, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(status ?? 1);
} else {
  process.stderr.write('leasehold-calc needs Node 24, which `npm start` installs in the repository.\n');
  process.exit(1);
}
