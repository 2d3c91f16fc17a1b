/**
 * `npm run dev`: like `npm start`, and then, on each change: compiles, restarts the services that use the changed code, lints the changed files and
 * runs the unit tests that they concern.
 */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pinnedEnvironment, pinnedNode } from './setup/pinned-node.mjs';
import { runSupervisor } from './setup/run-supervisor.mjs';
import { reportFailure, setUp } from './setup/set-up.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const modules = join(repository, 'node_modules');
const watched = [
  'packages',
  'migrations',
  'stacks',
  'twin',
  'data-gateway',
  'control-plane',
  'cli',
  'launcher',
];
const children = [];

try {
  await setUp(repository);
  run(join(modules, 'typescript', 'bin', 'tsc'), ['-b', '-w', '--preserveWatchOutput']);
  run(join(modules, 'vitest', 'vitest.mjs'), [
    'watch',
    '--project',
    'unit',
    '--changed',
    '--clearScreen=false',
    '--passWithNoTests',
  ]);
  lintOnChange();
  process.exitCode = await runSupervisor(repository, ['--watch']);
} catch (error) {
  process.exitCode = reportFailure(error);
} finally {
  for (const child of children) child.kill();
  process.exit();
}

function run(script, args) {
  const child = spawn(pinnedNode(repository), [script, ...args], {
    cwd: repository,
    env: pinnedEnvironment(repository),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  children.push(child);
  return child;
}

function lintOnChange() {
  const changed = new Set();
  let timer;
  for (const room of watched) {
    watch(join(repository, room), { recursive: true }, (_event, file) => {
      if (!file || !/\.tsx?$/.test(file) || /node_modules|(^|\/)dist\//.test(file)) return;
      changed.add(join(room, file));
      clearTimeout(timer);
      timer = setTimeout(() => {
        run(join(modules, 'eslint', 'bin', 'eslint.js'), [
          '--no-warn-ignored',
          '--no-error-on-unmatched-pattern',
          ...changed,
        ]);
        changed.clear();
      }, 500);
    });
  }
}
