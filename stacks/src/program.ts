import type { ZodType } from 'zod';

/**
 * A Pulumi program as a typed function. It does no I/O of its own: everything it needs comes as input, everything it
 * makes is registered with the engine, and what it returns are the stack's outputs.
 */
export interface Program<Input> {
  readonly inputSchema: ZodType<Input>;
  run(input: Input): Promise<Record<string, unknown>>;
}
