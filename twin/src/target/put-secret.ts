import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes the newest version of a secret into the twin's secret store: a file that its owner alone can read. Pods that start from then on
 * are shown it; a name of another form never comes here.
 * @throws TypeError for a name that is none of Secret Manager's
 */
export async function putSecret(folder: string, name: string, value: string): Promise<void> {
  // cloud.google.com/secret-manager/docs/creating-and-accessing-secrets
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw new TypeError(`${name} is no name of a secret`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  // A pod that starts meanwhile reads the old value or the new one, never a part.
  const written = join(folder, `.${randomUUID()}`);
  await writeFile(written, value, { mode: 0o600 });
  await rename(written, join(folder, name));
}
