import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { loginRoles, type RolePasswords } from '@leasehold/migrations';
import { z } from 'zod';

const password = z.string().min(16);
const schema = z.object({
  owner: password,
  leasehold_app: password,
  leasehold_platform: password,
  leasehold_twin: password,
  leasehold_gateway: password,
}) satisfies z.ZodType<RolePasswords & { owner: string }>;

export type DatabaseSecrets = z.output<typeof schema>;

/** The passwords of the database's roles: made once, kept in `secrets/database.json` (mode 0600). */
export async function databaseSecrets(secretsDir: string): Promise<DatabaseSecrets> {
  const file = join(secretsDir, 'database.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return parse(text, file);
  const made = schema.parse(
    Object.fromEntries(['owner', ...loginRoles].map((role) => [role, randomBytes(24).toString('base64url')])),
  );
  await writeDurably(file, JSON.stringify(made, null, 2));
  return made;
}

function parse(text: string, file: string): DatabaseSecrets {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `${file} is damaged: put back a copy of it, since the database was made with the passwords in it.`,
      { cause },
    );
  }
}

/** The database keeps these passwords for ever, so the file must be on disk before the first use. */
async function writeDurably(file: string, text: string): Promise<void> {
  const draft = `${file}.draft`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
