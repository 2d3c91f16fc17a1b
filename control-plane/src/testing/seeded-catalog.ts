import pg from 'pg';

/** What tests of the API find: two templates' worth of catalog and a cell that is ready, as seeds and an operation leave them. */
export async function seedCatalog(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`set session authorization default`);
    await client.query(
      `insert into leasehold.cells (id, name, environment, region, target, domain, capacity, state, outputs)
       values ('cel_local', 'local', 'development', 'local', 'twin', 'localhost', 1000, 'ready', '{"bucket": "branding"}')`,
    );
  } finally {
    await client.end();
  }
}
