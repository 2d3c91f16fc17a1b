import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders of the data directory that the launcher itself uses. */
export interface DataDir {
  readonly root: string;
  readonly postgres: string;
  readonly secrets: string;
  readonly pids: string;
  readonly logs: string;
  readonly adminKey: string;
  readonly jwks: string;
}

/** Makes the data directory, for this user only. */
export async function prepareDataDir(root: string): Promise<DataDir> {
  const dir: DataDir = {
    root,
    postgres: join(root, 'postgres'),
    secrets: join(root, 'secrets'),
    pids: join(root, 'run', 'pids'),
    logs: join(root, 'logs'),
    adminKey: join(root, 'admin.key'),
    jwks: join(root, 'twin', 'jwks.json'),
  };
  await mkdir(root, { recursive: true, mode: 0o700 });
  await chmod(root, 0o700);
  for (const folder of [dir.postgres, dir.secrets, dir.pids, dir.logs]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  return dir;
}
