import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TokenIssuer } from '../identity/service-account-token.js';
import type { SecretStore } from './secret-store.js';
import type { PodTemplate, TokenSource } from './pod-template.js';

/** Whose files they are. */
export interface PodIdentity {
  name: string;
  uid: string;
  namespace: string;
}

/** The folders that stand for a pod's volumes, by the path where the container expects them; longest first. */
export function volumeFolders(template: PodTemplate, podFolder: string): ReadonlyMap<string, string> {
  const [container] = template.spec.containers;
  const mounts = container.volumeMounts.map(
    ({ name, mountPath }) => [mountPath.replace(/\/+$/, ''), join(podFolder, 'volumes', name)] as const,
  );
  return new Map(mounts.toSorted(([a], [b]) => b.length - a.length));
}

/** The volumes of one pod: its service account tokens, written before it starts and renewed while it runs. */
export class PodFiles {
  private readonly timers: NodeJS.Timeout[] = [];
  private closed = false;

  constructor(
    private readonly pod: PodIdentity,
    private readonly template: PodTemplate,
    private readonly folder: string,
    private readonly sources: { issuer: TokenIssuer; secrets: Pick<SecretStore, 'files'> },
  ) {}

  /** Makes the folders and writes fresh tokens. */
  async write(): Promise<void> {
    for (const volume of this.template.spec.volumes) {
      const folder = join(this.folder, 'volumes', volume.name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const { serviceAccountToken } of volume.projected?.sources ?? []) {
        await this.keepToken(folder, serviceAccountToken);
      }
      if (volume.csi) await this.writeSecrets(folder, volume.csi.volumeAttributes.secretProviderClass);
    }
  }

  private async writeSecrets(folder: string, providerClass: string): Promise<void> {
    const { namespace } = this.pod;
    const account = this.template.spec.serviceAccountName;
    const files = await this.sources.secrets.files(namespace, account, providerClass);
    for (const { path, content } of files) await writeFile(join(folder, path), content, { mode: 0o600 });
  }

  /** Ends the renewal. */
  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  private async keepToken(folder: string, source: TokenSource): Promise<void> {
    await this.writeToken(folder, source);
    if (this.closed) return;
    // At half its life, as the contract of workloads says: a pod never sees a token that is about to end.
    const renew = (): void => void this.writeToken(folder, source).catch(() => undefined);
    this.timers.push(setInterval(renew, source.expirationSeconds * 500).unref());
  }

  private async writeToken(
    folder: string,
    { audience, expirationSeconds, path }: TokenSource,
  ): Promise<void> {
    const { namespace, name, uid } = this.pod;
    const token = await this.sources.issuer.issue({
      namespace,
      serviceAccount: this.template.spec.serviceAccountName,
      audience,
      lifetimeSeconds: expirationSeconds,
      pod: { name, uid },
    });
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(`${file}.new`, token, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
}
