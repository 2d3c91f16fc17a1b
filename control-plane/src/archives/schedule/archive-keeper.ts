import { Injectable } from '@nestjs/common';
import { isBusySubject } from '../../operations/busy-subject.js';
import type { Ctx } from '../../platform/request-context.js';
import { UnitOfWork } from '../../platform/unit-of-work.js';
import { ArchivesService } from '../archives.service.js';
import { ArchiveScheduleRepository, type DueBackup } from './archive-schedule.repository.js';

const removedAtOnce = 100;

/** Starts the backups that plans ask for, and removes archives whose days are over. */
@Injectable()
export class ArchiveKeeper {
  readonly #repository = new ArchiveScheduleRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly archives: ArchivesService,
  ) {}

  /** @returns how many backups were started, and how many archives removed */
  async round(ctx: Ctx): Promise<{ started: number; removed: number }> {
    return { started: await this.#startDue(ctx), removed: await this.#removeExpired(ctx) };
  }

  async #startDue(ctx: Ctx): Promise<number> {
    const busy: string[] = [];
    for (let started = 0; ;) {
      ctx.signal.throwIfAborted();
      let due: DueBackup | undefined;
      try {
        await this.uow.run(ctx, async (tx) => {
          due = await this.#repository.nextDue(tx, busy);
          if (due) await this.archives.backUp(ctx, tx, due.tenantId, due.keepDays, 'schedule');
        });
        if (!due) return started;
        started += 1;
      } catch (error) {
        // Another operation is changing it: the next round looks again.
        if (!due || !isBusySubject(error)) throw error;
        busy.push(due.tenantId);
      }
    }
  }

  async #removeExpired(ctx: Ctx): Promise<number> {
    const expired = await this.uow.run(ctx, (tx) => this.#repository.expired(tx, removedAtOnce));
    for (const archive of expired) {
      ctx.signal.throwIfAborted();
      await this.archives.clear(ctx, archive);
    }
    return expired.length;
  }
}
