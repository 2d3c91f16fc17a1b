import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tools } from './tools.js';

describe.each(Object.values(tools))('the pin of $name', (tool) => {
  const { module } = tool;
  const goMod = readFileSync(join(module?.dir ?? '', 'go.mod'), 'utf8');
  const goSum = readFileSync(join(module?.dir ?? '', 'go.sum'), 'utf8');

  it('is the same version in the definition and in the committed go.mod', () => {
    const required = [...goMod.matchAll(/^\t(\S+) v(\S+)/gm)].map((match) => ({
      path: match[1] ?? '',
      version: match[2],
    }));
    const own = required
      .filter(({ path }) => `${module?.package ?? ''}/`.startsWith(`${path}/`))
      .sort((a, b) => b.path.length - a.path.length)[0];
    expect(own?.version).toBe(tool.version);
    expect(goSum).toContain(`${own?.path ?? ''} v${tool.version} h1:`);
  });

  it('names its main package as a tool of the module', () => {
    expect(goMod).toContain(`\ntool ${module?.package ?? ''}\n`);
  });

  it('has a whole SHA-256 for each archive, over HTTPS', () => {
    for (const archive of Object.values(tool.archives ?? {})) {
      expect(archive?.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(archive?.url).toMatch(/^https:/);
    }
  });
});
