import type { DataSource } from 'typeorm';
import { JournalRepository } from './journal/journal.repository.js';
import { ProgressService } from './progress.service.js';
import { RunObservers } from './run-observers.js';
import { RunsRepository } from './runs.repository.js';
import { RunsService } from './runs.service.js';
import type { KeyEnvelope } from './secrets/key-envelope.js';
import { StackSecrets } from './secrets/stack-secrets.js';
import { StacksRepository } from './stacks.repository.js';
import { StacksService } from './stacks.service.js';
import { UpdateWriter } from './update-writer.js';
import { UpdatesRepository } from './updates.repository.js';
import { UpdatesService } from './updates.service.js';

/**
 * The state backend of Pulumi runs, stored in Postgres. Stock CLIs log in with an API key over the public port, the control
 * plane's own runs with a token each over a private one; both find the same stacks.
 */
export class PulumiService {
  readonly stacks: StacksService;
  readonly updates: UpdatesService;
  readonly progress: ProgressService;
  readonly runs: RunsService;
  readonly secrets: StackSecrets;
  readonly observers = new RunObservers();
  readonly stackRecords: StacksRepository;
  readonly updateRecords: UpdatesRepository;

  /** @param database connections of the role `leasehold_platform` */
  constructor(database: DataSource, envelope: KeyEnvelope) {
    const { manager } = database;
    const { observers } = this;
    const stacks = new StacksRepository(manager);
    const updates = new UpdatesRepository(manager);
    const journal = new JournalRepository(manager);
    const writer = new UpdateWriter(database, stacks, updates, journal, observers);
    this.stackRecords = stacks;
    this.updateRecords = updates;
    this.updates = new UpdatesService(stacks, updates, writer, observers);
    this.stacks = new StacksService(database, stacks, updates, this.updates);
    this.progress = new ProgressService(stacks, updates, journal, writer, observers);
    this.runs = new RunsService(database, stacks, new RunsRepository(manager), this.updates, observers);
    this.secrets = new StackSecrets(stacks, envelope);
  }
}
