/** `npm start`: from a fresh clone to a running Leasehold. Plain JavaScript for any Node from 20 on; see setup/. */
import { fileURLToPath } from 'node:url';
import { runSupervisor } from './setup/run-supervisor.mjs';
import { reportFailure, setUp } from './setup/set-up.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));

try {
  await setUp(repository);
  process.exitCode = await runSupervisor(repository, process.argv.slice(2));
} catch (error) {
  process.exitCode = reportFailure(error);
}
