import { Module } from '@nestjs/common';
import { KeyPruning } from './key-pruning.js';
import { IdempotencyService } from './idempotency.service.js';

@Module({ providers: [IdempotencyService, KeyPruning], exports: [IdempotencyService] })
export class IdempotencyModule {}
