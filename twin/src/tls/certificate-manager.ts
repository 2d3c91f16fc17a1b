import type { Logger } from 'pino';
import { resourceTypes } from '../inventory/resource-types.js';
import type { Inventory } from '../inventory/inventory.js';
import type { Resource } from '../inventory/resource.js';
import { listAt, type JsonObject } from '../inventory/json.js';
import { derived } from '../mirror/derived.js';
import type { InventoryMirror } from '../mirror/inventory-mirror.js';
import { namedBy } from '../rules/gcp/certificate-manager-rules.js';
import { certificateState, managedStatus, type CertificateState } from './certificate-state.js';
import { CertificateTable, tableTypes } from './certificate-table.js';

export interface CertificateManagerOptions {
  mirror: InventoryMirror;
  inventory: Pick<Inventory, 'setStatus'>;
  log: Logger;
  /** From the request for a certificate to its issue. */
  issueDelayMs: number;
}

/** What the state of a certificate follows from, beside its age. */
const stateTypes = [
  ...tableTypes,
  resourceTypes.dnsAuthorization,
  resourceTypes.managedZone,
  resourceTypes.recordSet,
] as const;

/** Stands for Certificate Manager: it says what is issued, to the edge at once and to the inventory as the status of its resources. */
export class CertificateManager {
  private readonly table: () => CertificateTable;
  private readonly unwatch: () => void;
  /** What was written of each resource, so that only news are. */
  private readonly written = new WeakMap<Resource, string>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private again = false;
  private closed = false;

  constructor(private readonly options: CertificateManagerOptions) {
    const { mirror } = options;
    const isActive = (certificate: Resource): boolean => this.stateOf(certificate).state === 'ACTIVE';
    this.table = derived(mirror, tableTypes, () => new CertificateTable(mirror, isActive));
    this.unwatch = mirror.onChange(({ types }) => {
      if (stateTypes.some((type) => types.has(type))) this.look();
    });
    this.look();
  }

  /** Whether the edge has a certificate for this server name. */
  covers(hostname: string): boolean {
    return this.table().covers(hostname);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.unwatch();
    clearTimeout(this.timer);
    await this.writing;
  }

  private stateOf(certificate: Resource): CertificateState {
    const { mirror, issueDelayMs: delayMs } = this.options;
    return certificateState(mirror, certificate, { now: Date.now(), delayMs });
  }

  private look(): void {
    if (this.closed) return;
    this.again = true;
    this.writing ??= this.writeAll();
  }

  private async writeAll(): Promise<void> {
    while (this.again && !this.closed) {
      this.again = false;
      try {
        await this.write();
      } catch (error) {
        this.options.log.warn({ err: error }, 'The state of the certificates could not be written.');
        this.lookLater(1_000);
      }
    }
    this.writing = undefined;
  }

  private async write(): Promise<void> {
    const { mirror } = this.options;
    const states = new Map<string, CertificateState>();
    for (const certificate of mirror.all(resourceTypes.certificate)) {
      const state = this.stateOf(certificate);
      states.set(`${certificate.scope}/${certificate.name}`, state);
      await this.report(certificate, managedStatus(state));
    }
    for (const entry of mirror.all(resourceTypes.certificateMapEntry)) {
      const certificates = listAt(entry.spec, 'certificates').flatMap((id) =>
        namedBy(id, 'certificates', resourceTypes.certificate),
      );
      const serving = certificates.some(
        ({ scope, name }) => states.get(`${scope}/${name}`)?.state === 'ACTIVE',
      );
      await this.report(entry, { state: serving ? 'ACTIVE' : 'PENDING' });
    }
    const next = Math.min(...[...states.values()].map(({ readyAt }) => readyAt ?? Infinity));
    if (next !== Infinity) this.lookLater(Math.max(0, next - Date.now()) + 1);
  }

  private async report(resource: Resource, status: JsonObject): Promise<void> {
    const text = JSON.stringify(status);
    if (this.written.get(resource) === text) return;
    await this.options.inventory.setStatus(resource, status);
    this.written.set(resource, text);
  }

  private lookLater(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), ms).unref();
  }
}
