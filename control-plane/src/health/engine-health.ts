import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { OperationQueue } from '../operations/operation-queue.js';
import { Readiness } from '../platform/readiness.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { StackRunner } from '../stack-runner/stack-runner.js';

/** The part that the queue and the stack runner have in readiness. */
@Injectable()
export class EngineHealth implements OnModuleInit {
  constructor(
    private readonly readiness: Readiness,
    private readonly queue: OperationQueue,
    private readonly runner: StackRunner,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  onModuleInit(): void {
    this.readiness.register('queue', async () => {
      await this.queue.check();
      return undefined;
    });
    if (this.settings.LEASEHOLD_ROLE === 'api') return;
    this.readiness.register('runner', () =>
      Promise.resolve(this.runner.ready ? undefined : 'no process that runs stacks is ready yet'),
    );
  }
}
