import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const repository = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(repository, file), 'utf8');
const compose = load(read('compose.yaml'));
const schema = z
  .record(z.string(), z.unknown())
  .parse(JSON.parse(read('packages/images/schemas/compose-spec.json')));

const services = z.object({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string().optional(),
      ports: z.array(z.string()).default([]),
      privileged: z.boolean().default(false),
    }),
  ),
});

describe('compose.yaml', () => {
  it("is valid by the Compose Specification's schema", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const valid = ajv.validate(schema, compose);
    expect(ajv.errors).toBeNull();
    expect(valid).toBe(true);
    expect(ajv.validate(schema, { services: { x: { imagge: 'y' } } })).toBe(false);
  });

  it('takes images by digest, opens loopback alone, and gives no service the machine', () => {
    for (const [name, { image, ports, privileged }] of Object.entries(services.parse(compose).services)) {
      if (image !== undefined) expect(image, name).toMatch(/@sha256:[0-9a-f]{64}$/);
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
      expect(privileged, name).toBe(false);
    }
  });
});
