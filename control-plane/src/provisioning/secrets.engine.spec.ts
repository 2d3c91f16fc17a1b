import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { execute } from '../testing/seeded-catalog.js';
import { tenantPatch } from '../tenants/tenant.schema.js';
import { PlatformBench } from './testing/platform-bench.js';
import { registerRelease } from './testing/register-release.js';

let platform: PlatformBench;
beforeAll(async () => {
  platform = await PlatformBench.open();
});
afterAll(() => platform[Symbol.asyncDispose]());

/** Shows the digest of the secret that it was given. */
const program = `
  import { createHash } from 'node:crypto';
  import { readFileSync } from 'node:fs';
  import { createServer } from 'node:http';
  const digest = createHash('sha256').update(readFileSync(process.env.SECRETS_DIR + '/AI_KEY')).digest('hex');
  console.log('started with a secret of ' + digest.length);
  createServer((request, answer) => {
    answer.writeHead(200, { 'branding-revision': '1' });
    answer.end(digest);
  }).listen(process.env.PORT, '127.0.0.1');
`;

const canary = `canary-${randomUUID()}`;

/** Every row of every table that holds the text. */
async function inDatabase(text: string): Promise<string[]> {
  const { ownerUrl } = platform.db;
  const tables = await execute(
    ownerUrl,
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const table of tables) {
    const { name } = table as { name: string };
    const rows = await execute(ownerUrl, `select 1 from ${name} t where t::text like '%' || $1 || '%'`, [
      text,
    ]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

/** Files below a folder that hold the text. */
async function inFiles(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const held = await Promise.all(
    files.map((file) =>
      readFile(file).then(
        (content) => content.includes(text),
        () => false,
      ),
    ),
  );
  return files.filter((_, index) => held[index]).map((file) => file.slice(folder.length + 1));
}

/** Processes that have the text among their arguments or in their environment. */
async function inProcesses(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const facts = pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  const held = await Promise.all(
    facts.map((fact) =>
      readFile(fact, 'utf8').then(
        (content) => content.includes(text),
        () => false,
      ),
    ),
  );
  return facts.filter((_, index) => held[index]);
}

test('a secret reaches the workload as a file, and is nowhere else: no table, no state, no log, no argument', async () => {
  const store = join(platform.dataDir, 'twin', 'secrets');
  await mkdir(store, { recursive: true, mode: 0o700 });
  await writeFile(join(store, 't-vault-ai'), canary, { mode: 0o600 });
  await registerRelease(platform, '1.5.0', { program, manifest: { secrets: ['AI_KEY'] } });
  const { id } = await platform.onboard('vault', { secretRefs: { AI_KEY: 't-vault-ai' } });
  const operation = await platform.ended(id);
  expect(operation.error).toBeUndefined();
  const digest = createHash('sha256').update(canary).digest('hex');
  expect((await platform.page('vault')).body).toBe(digest);
  expect(await inDatabase('t-vault-ai')).toEqual(expect.arrayContaining(['leasehold.tenants']));
  expect(await inDatabase(canary)).toEqual([]);
  expect(await inProcesses(canary)).toEqual([]);
  const files = (await inFiles(platform.dataDir, canary)).toSorted();
  expect(files).toHaveLength(2);
  expect(files[0]).toMatch(/^twin\/pods\/[^/]+\/volumes\/secrets\/AI_KEY$/);
  expect(files[1]).toBe('twin/secrets/t-vault-ai');
});

test('a secret that is not in the store keeps the update back, and the sentence names it', async () => {
  const store = join(platform.dataDir, 'twin', 'secrets');
  await writeFile(join(store, 'shared-ai'), 'another one', { mode: 0o600 });
  const patch = async (secret: string) => {
    const wanted = tenantPatch.parse({ secretRefs: { AI_KEY: secret } });
    const { id } = await platform.run((tx) => platform.changes.patch(platform.ctx, tx, 'vault', wanted, '*'));
    return platform.ended(id);
  };
  expect((await patch('shared-ai')).state).toBe('succeeded');
  await rm(join(store, 't-vault-missing'), { force: true });
  const refused = await patch('t-vault-missing');
  expect(refused.state).toBe('rolled_back');
  expect(refused.error?.message).toContain('"t-vault-missing" is not in the cell');
  await expect(patch('t-other-ai')).rejects.toMatchObject({ code: 'invalid_secret_refs' });
});
