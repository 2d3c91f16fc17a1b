import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { digestOf } from './template-images.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lh-digest-'));
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'src', 'a.ts'), 'a');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a template is built again when a source has changed, appeared or moved, not when its output has', () => {
  const first = digestOf([folder]);
  writeFileSync(join(folder, 'dist', 'a.js'), 'a');
  expect(digestOf([folder])).toBe(first);
  writeFileSync(join(folder, 'src', 'a.ts'), 'b');
  const changed = digestOf([folder]);
  expect(changed).not.toBe(first);
  writeFileSync(join(folder, 'src', 'b.ts'), '');
  expect(digestOf([folder])).not.toBe(changed);
});
