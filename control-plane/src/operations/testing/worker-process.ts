import { engineTerms } from '../engine.js';
import { EngineBench, quickTerms } from './engine-bench.js';

/** A worker of its own process, to be killed and paused by a test. It says when it runs, and what became of each job. */
const { APP_URL = '', PLATFORM_URL = '', LEASE_TTL_MS = '1000' } = process.env;

const lease = { ttlMs: Number(LEASE_TTL_MS), silenceMs: 200 };
const bench = await EngineBench.open(
  { appUrl: APP_URL, platformUrl: PLATFORM_URL },
  { terms: { ...quickTerms, lease }, onEnd: (operationId, end) => process.send?.({ operationId, end }) },
);
process.send?.({ ready: bench.engine.holder, defaults: engineTerms.lease });
process.on('disconnect', () => process.exit(1));
