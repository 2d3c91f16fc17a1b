/**
 * The supervisor of the embedded default: starts the database, the data gateway, the local cloud and the control plane, keeps them
 * running, and stops them in the reverse order. `start.mjs` runs it once everything is installed and built.
 */
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { onStop } from '@leasehold/processes';
import { parseSettings } from '@leasehold/settings';
import { explainFailure } from './explain-failure.js';
import { Report } from './report.js';
import { restartOnChange } from './restart-on-change.js';
import { ShutdownStack } from './shutdown-stack.js';
import { startLeasehold } from './start-leasehold.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const report = new Report((line) => process.stdout.write(line + '\n'));
const shutdown = new ShutdownStack();
const abort = new AbortController();

let starting: Promise<void> = Promise.resolve();

// The loss of the terminal (SIGHUP) ends what writes to it; with nohup the output goes elsewhere, and it runs on.
onStop(
  async () => {
    report.line('Stopping …');
    abort.abort();
    await Promise.race([starting, delay(5000)]);
    await shutdown.run();
    report.line('Stopped.');
  },
  {
    deadlineMs: 90_000,
    signals: ['SIGTERM', 'SIGINT', ...(process.stdout.isTTY ? (['SIGHUP'] as const) : [])],
  },
);

starting = run();
await starting;

async function run(): Promise<void> {
  let dataDir: string | undefined;
  try {
    const settings = parseSettings('launcher', process.env);
    dataDir = settings.LEASEHOLD_DATA_DIR;
    const services = await startLeasehold({ repository, settings, report, shutdown, signal: abort.signal });
    if (process.argv.includes('--watch')) restartOnChange(repository, services, (line) => report.line(line));
  } catch (error) {
    if (abort.signal.aborted) return;
    await shutdown.run().catch(() => undefined);
    process.stderr.write(`\n${explainFailure(error, dataDir)}\n`);
    process.exit(1);
  }
}
