import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { metricsDocument } from './metrics-document.js';
import { Metrics } from './metrics.js';

/** `npm run -w @leasehold/control-plane metrics-doc`: writes docs/metrics.md anew. */
const file = new URL('../../../../docs/metrics.md', import.meta.url);
await writeFile(file, metricsDocument(new Metrics().registry));
