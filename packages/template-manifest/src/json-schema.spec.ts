import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { manifestJsonSchema } from './json-schema.js';

const read = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(path, import.meta.url), 'utf8'));

describe('the JSON Schema of template.json', () => {
  it('is the one that is committed (npm run -w @leasehold/template-manifest schema)', async () => {
    expect(await read('../template.schema.json')).toEqual(manifestJsonSchema());
  });

  it('accepts the counter, and names the fields of a file that is wrong', async () => {
    const validate = new Ajv2020({ allErrors: true, validateFormats: false }).compile(manifestJsonSchema());
    const counter = z
      .record(z.string(), z.unknown())
      .parse(await read('../../../tenant-templates/counter/template.json'));
    expect(validate(counter)).toBe(true);
    expect(validate({ ...counter, version: 'v1', flags: [{ name: 'x' }] })).toBe(false);
    const wrong = (validate.errors ?? []).map(({ instancePath }) => instancePath);
    expect([...new Set(wrong)]).toEqual(['/version', '/flags/0']);
  });
});
