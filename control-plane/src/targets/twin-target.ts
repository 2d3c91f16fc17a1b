import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTwinTarget, type TwinTarget } from '@leasehold/twin/target';
import { AppError } from '../platform/app-error.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import type { Target, Targets } from './target.js';
import { twinPorts } from './twin-ports.js';

/** The targets of cells on the twin, one a cell, opened when they are first asked for. */
@Injectable()
export class TwinTargets implements Targets, OnApplicationShutdown {
  readonly #open = new Map<string, TwinTarget>();

  constructor(@Inject(SETTINGS) private readonly settings: ControlPlaneSettings) {}

  of(cell: string): Target {
    return this.twin(cell);
  }

  /** The same with the twin's inventory, which no other target has. */
  twin(cell: string): TwinTarget {
    const open = this.#open.get(cell) ?? this.#connect(cell);
    this.#open.set(cell, open);
    return open;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.#open.values()].map((target) => target.close()));
    this.#open.clear();
  }

  #connect(cell: string): TwinTarget {
    const { settings } = this;
    if (settings.LEASEHOLD_OBJECT_STORE_PORT === 0 || settings.LEASEHOLD_GATEWAY_ADMIN_PORT === 0) {
      throw new AppError('unavailable', 'target_not_connected', {
        publicMessage: `The twin of cell ${cell} is not connected: LEASEHOLD_OBJECT_STORE_PORT and LEASEHOLD_GATEWAY_ADMIN_PORT must be set.`,
        logLevel: 'error',
      });
    }
    const { edgePort, objectStorePort, gatewayAdminPort } = twinPorts(settings, cell);
    return createTwinTarget({
      cell,
      databaseUrl: settings.LEASEHOLD_TWIN_DATABASE_URL,
      dataDir: settings.LEASEHOLD_DATA_DIR,
      objectStoreUrl: `http://127.0.0.1:${objectStorePort}`,
      gatewayAdminUrl: `http://127.0.0.1:${gatewayAdminPort}`,
      edgePort,
      dnsPort: settings.LEASEHOLD_DNS_PORT,
    });
  }
}
