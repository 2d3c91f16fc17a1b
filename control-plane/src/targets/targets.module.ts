import { Global, Module } from '@nestjs/common';
import { TARGETS } from './target.js';
import { TwinTargets } from './twin-target.js';

/** The ways to what cells run on; today the twin alone. */
@Global()
@Module({
  providers: [TwinTargets, { provide: TARGETS, useExisting: TwinTargets }],
  exports: [TwinTargets, TARGETS],
})
export class TargetsModule {}
