import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutable } from '@leasehold/processes';
import { parseManifest } from '@leasehold/template-manifest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testTemplate } from './run-suite.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const python = await findExecutable('python3');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conformance-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The notes, with one promise broken. */
async function notesWith(fault: string): Promise<string> {
  const image = join(folder, fault);
  await cp(fixture('plain-node'), image, { recursive: true });
  if (fault === 'takes-any-environment') {
    await writeFile(join(image, fault), '');
    return image;
  }
  const file = join(image, 'template.json');
  const manifest = parseManifest(JSON.parse(await readFile(file, 'utf8')));
  const conformance = { ...manifest.conformance, parameters: { fault } };
  await writeFile(file, JSON.stringify({ ...manifest, conformance }));
  return image;
}

const failures = (results: Awaited<ReturnType<typeof testTemplate>>): string[] =>
  results.filter(({ outcome }) => outcome !== 'passed').map(({ check, message }) => `${check}: ${message}`);

describe('a template without the kit', () => {
  it('passes in plain Node, which speaks to the data gateway by hand', async () => {
    expect(failures(await testTemplate(fixture('plain-node')))).toEqual([]);
  }, 240_000);

  it('passes in Python when it keeps no data; what is about data is left out', async ({ annotate }) => {
    if (python === undefined) {
      await annotate('There is no python3 on this machine: only plain Node was tried.');
      return;
    }
    const results = await testTemplate(fixture('python'));
    expect(failures(results)).toEqual([
      'isolation: The template keeps no data.',
      'durability: The template keeps no data.',
      'honesty: The template keeps no data.',
    ]);
  });
});

describe('a template that breaks a promise', () => {
  it.each([
    ['starts', 'wants-more', 'ended with exit code 1', 'with nothing but the documented environment'],
    ['starts', 'own-port', 'Nothing answers on PORT', 'Listen on PORT'],
    ['configuration', 'takes-any-environment', 'the process went on', 'Check the environment at the start'],
    ['health', 'always-ready', '/ready still answers 200', 'Ask the data gateway'],
    ['branding', 'no-branding', 'does not have the name', 'Fetch BRANDING_URL'],
    ['branding', 'markup', 'has the name as markup', 'escaped'],
    ['metrics', 'no-metrics', '/metrics is answered 404', 'Answer with 200'],
    ['logs', 'plain-logs', 'is no JSON', 'Write one JSON object a line'],
    ['rate-limit', 'no-limit', 'were all let through', 'Answer 429 with Retry-After'],
    ['drain', 'dies-at-once', 'cut off by SIGTERM', 'stop accepting'],
    [
      'isolation',
      'shared-file',
      "answers with what was written to another's",
      'Keep nothing outside the rows',
    ],
    ['isolation', 'curious', 'refused calls for rows outside', 'Begin every row key'],
    ['durability', 'memory', 'cannot be read back', 'keep nothing in memory alone'],
    ['honesty', 'optimistic', 'cannot be read back', 'only when it is stored'],
  ])('fails the check %s with %s, and is told what to do', async (check, fault, seen, advice) => {
    const [result] = await testTemplate(await notesWith(fault), { only: [check], patience: 0.2 });
    expect(result).toMatchObject({ check, outcome: 'failed' });
    expect(result?.message).toContain(seen);
    expect(result?.message).toContain(advice);
  });
});
