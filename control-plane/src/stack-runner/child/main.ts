/**
 * A child of the runner pool: hosts, one run at a time, the program and the providers that a Pulumi CLI connects to. A process of
 * its own since the Pulumi SDK keeps global state, and since one stray rejection fails every run of its process.
 */
import { announceReady, onStop } from '@leasehold/processes';
import { RunHost } from './run-host.js';
import { loadModules } from './modules.js';
import { childModules, toChild, type FromChild } from './protocol.js';

// The SDK notes where each of its promises was made; with Node's ten frames that is a tenth of a run's time here.
Error.stackTraceLimit = 1;

const host = new RunHost(await loadModules(childModules.parse(JSON.parse(process.argv[2] ?? '{}'))));

function tell(message: FromChild): void {
  if (process.connected) process.send?.(message);
}

process.on('message', (message) => {
  const asked = toChild.parse(message);
  const answer = asked.type === 'open' ? host.open(asked) : host.close(asked.runId);
  answer.then(tell, (error: unknown) => {
    tell({
      type: 'failed',
      runId: asked.runId,
      message: error instanceof Error ? error.message : String(error),
    });
  });
});
onStop(() => host.stop(), { deadlineMs: 2000 });
announceReady();
