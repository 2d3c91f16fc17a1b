import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { resourceTypes } from '../inventory/resource-types.js';
import type { ResourceReader } from '../mirror/inventory-mirror.js';
import { specReader } from '../mirror/parsed.js';
import { PodStartError } from './pod-environment.js';

/** One file of a pod's secrets. */
export interface SecretFile {
  path: string;
  content: Buffer;
}

const readClass = specReader(z.object({ spec: z.object({ parameters: z.object({ secrets: z.string() }) }) }));
const readGrant = specReader(z.object({ secretId: z.string(), role: z.string(), member: z.string() }));
const wanted = z.array(
  z.object({
    resourceName: z.string().regex(/^projects\/[^/]+\/secrets\/[A-Za-z0-9_-]{1,255}\/versions\/[^/]+$/),
    path: z.string().regex(/^[A-Za-z0-9_-]{1,253}$/),
  }),
);

/**
 * Stands for Secret Manager and the driver that mounts its secrets: one file a secret in a folder of this machine, handed to a
 * pod whose service account may read it. A value is in no inventory, no state and no log.
 * https://cloud.google.com/secret-manager/docs/secret-manager-managed-csi-component
 */
export class SecretStore {
  constructor(
    private readonly mirror: ResourceReader,
    private readonly folder: string,
  ) {}

  /** @throws PodStartError that names the secret which is missing or may not be read */
  async files(namespace: string, serviceAccount: string, providerClass: string): Promise<SecretFile[]> {
    const found = this.mirror.get({
      type: resourceTypes.secretProviderClass,
      scope: namespace,
      name: providerClass,
    });
    const spec = found && readClass(found)?.spec;
    if (spec === undefined) throw new PodStartError(`SecretProviderClass "${providerClass}" not found`);
    const entries = wanted.safeParse(parseJson(spec.parameters.secrets));
    if (!entries.success)
      throw new PodStartError(`SecretProviderClass "${providerClass}" has secrets that the twin cannot read`);
    return Promise.all(
      entries.data.map(async ({ resourceName, path }) => {
        const secret = resourceName.split('/')[3] ?? '';
        this.requireAccess(namespace, serviceAccount, secret);
        return { path, content: await this.read(secret) };
      }),
    );
  }

  private requireAccess(namespace: string, serviceAccount: string, secret: string): void {
    const subject = `/subject/ns/${namespace}/sa/${serviceAccount}`;
    for (const resource of this.mirror.all(resourceTypes.secretIamMember)) {
      const grant = readGrant(resource);
      if (grant?.secretId !== secret || grant.role !== 'roles/secretmanager.secretAccessor') continue;
      if (grant.member.startsWith('principal://iam.googleapis.com/') && grant.member.endsWith(subject))
        return;
    }
    throw new PodStartError(`the secret "${secret}" may not be read by ${namespace}/${serviceAccount}`);
  }

  private async read(secret: string): Promise<Buffer> {
    try {
      return await readFile(join(this.folder, secret));
    } catch {
      throw new PodStartError(`the secret "${secret}" is not in the cell's secret store`);
    }
  }
}

/** The driver reads YAML; what the stacks write is the part of it that is JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
