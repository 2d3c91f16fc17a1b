import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { refuseExpiredFlags } from '../../build/refuse-expired-flags.mjs';
import { Flags } from './flags.js';

const declared = [
  { name: 'newPricing', default: false },
  { name: 'oldPage', default: true },
];

describe('a feature flag', () => {
  it('is as the manifest has it, unless the tenant has chosen', () => {
    const flags = new Flags(declared, { newPricing: true });
    expect([flags.isOn('newPricing'), flags.isOn('oldPage')]).toEqual([true, true]);
  });

  it('that a release does not have any more is told, and does nothing', () => {
    const unknown: string[] = [];
    new Flags(declared, { gone: true }, (name) => unknown.push(name));
    expect(unknown).toEqual(['gone']);
  });

  it('that nobody declared cannot be asked for', () => {
    expect(() => new Flags(declared).isOn('other')).toThrow('declares no feature flag other');
  });
});

describe('a build', () => {
  const flag = { name: 'newPricing', owner: 'team-memes', lastDay: '2027-03-31', default: false };

  it('is refused after the last day of a flag, with its owner', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kit-flags-'));
    const file = join(folder, 'template.json');
    await writeFile(file, JSON.stringify({ flags: [flag] }));
    await refuseExpiredFlags(file, new Date('2027-03-31T23:59:59Z'));
    await expect(refuseExpiredFlags(file, new Date('2027-04-01T00:00:00Z'))).rejects.toThrow(
      'newPricing (team-memes, 2027-03-31)',
    );
    await rm(folder, { recursive: true });
  });

  it('of each template of this repository passes today', async () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const templates = (await readdir(root)).filter((name) => existsSync(join(root, name, 'template.json')));
    expect(templates.length).toBeGreaterThan(1);
    for (const name of templates) await refuseExpiredFlags(join(root, name, 'template.json'), new Date());
  });
});
