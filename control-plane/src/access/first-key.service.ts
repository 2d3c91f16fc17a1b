import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { AuditService } from '../audit/audit.service.js';
import { newId } from '../platform/ids.js';
import { writeSecretFile } from '../platform/secret-file.js';
import { systemContext, type Ctx } from '../platform/request-context.js';
import { LOGGER, SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { hashApiKey, isApiKey, newApiKey } from './api-key.js';

/**
 * The admin key of the data directory. It is made when the database has no key at all, and when somebody who can write
 * to the data directory asks for a new one by leaving an empty file in its place.
 */
@Injectable()
export class FirstKeyService {
  readonly #repository = new ApiKeysRepository();
  readonly #file: string;
  readonly #ctx: Ctx;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditService,
    @Inject(SETTINGS) settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.#file = join(settings.LEASEHOLD_DATA_DIR, 'admin.key');
    this.#ctx = systemContext('first-key', log);
  }

  async ensure(): Promise<void> {
    await this.uow.run(this.#ctx, async (tx) => {
      const { anyKey } = await this.#repository.lockFirstKey(tx);
      const content = await readIfThere(this.#file);
      if (!anyKey || content === '') return this.#make(tx);
      if (content === undefined) this.#warn(`there are API keys, but ${this.#file} is gone`);
      else if (!isApiKey(content) || !(await this.#repository.findUsable(tx, hashApiKey(content)))) {
        this.#warn(`the key in ${this.#file} is not valid any more`);
      }
    });
  }

  /** The file comes before the commit: a crash in between leaves a key that does not work, never one that nobody has. */
  async #make(tx: Tx): Promise<void> {
    const key = newApiKey();
    const { id } = await this.#repository.insert(tx, {
      id: newId('key'),
      name: 'admin key of the data directory',
      role: 'admin',
      tenantId: undefined,
      secretHash: hashApiKey(key),
      expiresAt: undefined,
    });
    await this.audit.record(this.#ctx, tx, {
      action: 'api_key.create',
      subject: id,
      detail: { role: 'admin', file: this.#file },
    });
    await writeSecretFile(this.#file, `${key}\n`);
    this.log.info({ file: this.#file, keyId: id }, 'made an admin key');
  }

  #warn(what: string): void {
    this.log.warn(
      `${what}. Use a key that you have kept, or have a new admin key made: put an empty file there and start again.`,
    );
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
