/** The generator of load as a process: it is told a load, sends it, and tells how far it is and what came back. */
import { announceReady, onStop } from '@leasehold/processes';
import { Generator } from './generator.js';
import { loadSchema } from './load-messages.js';

process.on('message', (message) => {
  const load = loadSchema.safeParse(message);
  if (!load.success) return;
  const generator = new Generator(load.data, (progress) => process.send?.(progress));
  void generator.run().then((result) => process.send?.(result));
});
onStop(() => Promise.resolve());
announceReady();
