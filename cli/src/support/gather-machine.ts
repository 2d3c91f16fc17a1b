import { readdir, readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../doctor/check.js';
import { cliVersion } from '../version.js';
import type { BundleFile } from './bundle-file.js';
import { redact } from './redact.js';

const lastLines = 500;

/** What runs here: versions, and what doctor finds. */
export async function versionsFile(findings: readonly Finding[]): Promise<BundleFile> {
  const { version: node, platform, arch } = process;
  const system = { platform, arch, release: release() };
  return jsonFile('machine.json', 'versions and what `leasehold doctor` finds', {
    leasehold: await cliVersion(),
    node,
    system,
    findings,
  });
}

/** Settings from the environment; of those that may be secret, only whether they are set. */
export function settingsFile(env: NodeJS.ProcessEnv): BundleFile {
  const names = Object.keys(env).filter((name) => /^(LEASEHOLD_|BIGTABLE_|OTEL_|NODE_)/.test(name));
  const settings = Object.fromEntries(names.map((name) => [name, shown(name, env[name])]));
  return jsonFile('settings.json', 'settings, without those that may be secret', settings);
}

function shown(name: string, value: string | undefined): string {
  return /KEY|SECRET|TOKEN|PASSWORD|DATABASE_URL|HEADERS/.test(name) ? '(set; hidden)' : (value ?? '');
}

/** The last lines of each log in the data folder. */
export async function logFiles(dataDir: string): Promise<BundleFile[]> {
  const folder = join(dataDir, 'logs');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.log')).sort();
  return Promise.all(
    names.map(async (name) => {
      const lines = (await readFile(join(folder, name), 'utf8')).split('\n');
      const text = redact(lines.slice(-lastLines - 1).join('\n'));
      return { name: `logs/${name}`, about: `its last ${lastLines} lines`, text };
    }),
  );
}

export function jsonFile(name: string, about: string, document: unknown): BundleFile {
  return { name, about, text: redact(`${JSON.stringify(document, undefined, 2)}\n`) };
}
