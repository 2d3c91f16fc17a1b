import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findImage } from './find-image.js';
import { testTemplate } from './run-suite.js';

const root = fileURLToPath(new URL('../../../tenant-templates', import.meta.url));
/** The products: the holding page is built like one, and keeps no promise to a tenant. */
const templates = readdirSync(root).filter(
  (name) => name !== 'holding-page' && existsSync(join(root, name, 'template.json')),
);

describe('every template of the house', () => {
  // Most of their time is waiting: for what a template tries again, and for totals that follow.
  it.concurrent.each(templates)('%s keeps all promises', { timeout: 240_000 }, async (name) => {
    const results = await testTemplate(await findImage(join(root, name)));
    expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  });
});
