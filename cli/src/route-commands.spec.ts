import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './program.js';
import { routeCommands } from './testing/route-commands.js';
import { apiDocument, serveSamples } from './testing/sample-api.js';

const document = await apiDocument();

let folder: string;
let files: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leasehold-cli-'));
  files = {
    SPEC: join(folder, 'spec.yaml'),
    CSV: join(folder, 'clients.csv'),
    PICTURE: join(folder, 'logo.svg'),
    OUTPUT: join(folder, 'out.svg'),
  };
  await writeFile(files['PICTURE']!, '<svg/>');
  await writeFile(files['SPEC']!, 'name: sample\n');
  await writeFile(files['CSV']!, 'slug,displayName,template\nacme,Acme,counter\n');
});
afterAll(() => rm(folder, { recursive: true }));

describe('every route of the API', () => {
  it('has a command, or a reason why not (testing/route-commands.ts), and no other route has', () => {
    expect(Object.keys(routeCommands).sort()).toEqual(document.routes.map(({ route }) => route).sort());
  });

  const callable = Object.entries(routeCommands).flatMap(([route, command]) =>
    'none' in command ? [] : [[route, command] as const],
  );
  it.each(callable)('%s is called by `leasehold %s`', async (route, command) => {
    const stop = new AbortController();
    const api = await serveSamples(document, () => stop.abort());
    let out = '';
    let err = '';
    const code = await run({
      args: command.map((word) => files[word] ?? word),
      env: { LEASEHOLD_URL: api.url, LEASEHOLD_API_KEY: 'lh_test' },
      streams: { out: { write: (text) => (out += text) }, err: { write: (text) => (err += text) } },
      signal: stop.signal,
    });
    api.close();
    expect({ called: api.called, out, err }).toMatchObject({
      called: expect.arrayContaining([route]) as string[],
    });
    // 1: the bytes of a sample do not have the digest that the sample says.
    if (route.endsWith('/content')) expect(code).toBe(1);
    // 3: in a sample of a batch's report each count is one, that of refused rows too.
    else expect([0, 3, 130]).toContain(code);
  });
});
