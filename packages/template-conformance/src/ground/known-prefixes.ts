import { randomBytes } from 'node:crypto';
import type { LivePrefix, PrefixDirectory } from '@leasehold/data-gateway';
import { newPrefix } from '@leasehold/tenant-data/prefix';

/** The row-key prefixes of the suite's tenants, by their namespaces. */
export class KnownPrefixes implements PrefixDirectory {
  private readonly byNamespace = new Map<string, LivePrefix>();

  /** Gives a tenant a prefix of its own. */
  add(namespace: string, tenantId: string): string {
    const prefix = newPrefix(randomBytes);
    this.byNamespace.set(namespace, { prefix, tenantId });
    return prefix;
  }

  /** The share of the gateway that all of them have; the gateway's own when left out. */
  limit(share: LivePrefix['share']): void {
    for (const [namespace, { prefix, tenantId }] of this.byNamespace)
      this.byNamespace.set(namespace, { prefix, tenantId, ...(share && { share }) });
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  recall(namespace: string): LivePrefix | null {
    return this.byNamespace.get(namespace) ?? null;
  }

  find(namespace: string): Promise<LivePrefix | null> {
    return Promise.resolve(this.recall(namespace));
  }

  /** Nothing is remembered beside the list itself. */
  refresh(): void {
    return;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
