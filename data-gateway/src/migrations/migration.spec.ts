import { readTableDefinitions } from '@leasehold/tenant-data/tables';
import { describe, expect, test } from 'vitest';
import { parseMigrations, readMigrations } from './migration.js';

const tables = [{ table: 'memes', families: [{ id: 'm', gc: { maxVersions: 1 } }] }];
const first = {
  id: '0001-names',
  description: 'Names.',
  backfills: [{ function: 'applyGc', table: 'memes' }],
};

describe('the list of migrations', () => {
  test('of this repository fits its tables', async () => {
    const folder = new URL('../../../migrations/bigtable/', import.meta.url);
    const known = await readTableDefinitions(new URL('tables.json', folder));
    await expect(readMigrations(new URL('migrations.json', folder), known)).resolves.toBeInstanceOf(Array);
  });

  test.each([
    ['out of order', [{ ...first, id: '0002-b' }, first]],
    ['with a number twice', [first, first]],
    ['that does nothing', [{ ...first, backfills: [] }]],
    ['of a table that is not defined', [{ ...first, backfills: [{ function: 'applyGc', table: 'nope' }] }]],
    [
      'of a family that the table does not have',
      [{ ...first, backfills: [{ function: 'deleteColumn', table: 'memes', column: 'x:a' }] }],
    ],
    ['by a function that is not known', [{ ...first, backfills: [{ function: 'drop', table: 'memes' }] }]],
  ])('%s is refused', (_, list) => {
    expect(() => parseMigrations(list, tables)).toThrow();
  });

  test('in order is taken', () => {
    expect(parseMigrations([first, { ...first, id: '0002-more' }], tables)).toHaveLength(2);
  });
});
