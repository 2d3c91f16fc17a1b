import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext } from '../platform/request-context.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { productVersion } from '../platform/telemetry/product-version.js';
import { LOGGER, SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';

/** Whoever scrapes more often gets the same answer: the route is open to all, and the database is not. */
const freshMs = 2_000;

/** Brings what is measured in the database up to date when somebody looks. */
@Injectable()
export class StoredMeasurements {
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(SETTINGS) { LEASEHOLD_ROLE: role }: ControlPlaneSettings,
  ) {
    metrics.build.tell({ version: productVersion(), node: process.version, role });
  }

  /** A database that is away leaves the last values: the rest of the measurements is needed then most. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#readAt < freshMs) return;
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async #read(): Promise<void> {
    const ctx = systemContext('measurements', this.log);
    try {
      await this.uow.run(ctx, (tx) => this.metrics.stored.read(tx));
    } catch (err) {
      this.log.warn({ err }, 'what is measured in the database could not be read');
    }
    this.#readAt = performance.now();
  }
}
