import type { Client } from 'pg';

/** The login roles; each room of the product has its own, and none of them owns a table. */
export const loginRoles = [
  'leasehold_app',
  'leasehold_platform',
  'leasehold_twin',
  'leasehold_gateway',
] as const;
export type LoginRole = (typeof loginRoles)[number];
export type RolePasswords = Readonly<Record<LoginRole, string>>;

/** Makes the login roles where they are missing and sets their passwords; roles belong to the server, not to the database. */
export async function ensureRoles(client: Client, passwords: RolePasswords): Promise<void> {
  for (const role of loginRoles) {
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
    const secret = client.escapeLiteral(passwords[role]);
    await client.query(
      `${rowCount === 0 ? 'create' : 'alter'} role ${role} login nosuperuser nobypassrls nocreatedb nocreaterole password ${secret}`,
    );
  }
}

/** The connection string of one login role on the owner's server and database. */
export function roleUrl(ownerUrl: string, role: LoginRole, passwords: RolePasswords): string {
  return ownerUrl.replace(
    /^(postgres(?:ql)?:\/\/)[^@/]*@/,
    `$1${role}:${encodeURIComponent(passwords[role])}@`,
  );
}
