import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import type { startTwinProviders } from '@leasehold/twin/providers';
import { z } from 'zod';
import type { ChildModules } from './protocol.js';

/** A program of `@leasehold/stacks`, whatever its input is: its schema says. */
export interface StackProgram {
  readonly inputSchema: { parse(input: unknown): unknown };
  run(input: unknown): Promise<Record<string, unknown>>;
}
export type InlineProgram = () => Promise<Record<string, unknown>>;
type LanguageServerClass = new (program: InlineProgram) => UntypedServiceImplementation;
type StartProviders = typeof startTwinProviders;

const aFunction = (value: unknown): boolean => typeof value === 'function';
const aProgram = z.custom<StackProgram>(
  (value) => typeof value === 'object' && value !== null && 'run' in value && 'inputSchema' in value,
);
const languageModule = z.object({ LanguageServer: z.custom<LanguageServerClass>(aFunction) });
const programsModule = z.object({ programs: z.record(z.string(), aProgram) });
const providersModule = z.object({ startTwinProviders: z.custom<StartProviders>(aFunction) });

export interface LoadedModules {
  readonly LanguageServer: LanguageServerClass;
  readonly programs: Readonly<Record<string, StackProgram>>;
  readonly startProviders: StartProviders;
}

/**
 * Loads the SDKs once a process (0.55 s, 150 MB). The language server is the Automation API's own part, which its package
 * does not give types for.
 */
export async function loadModules(modules: ChildModules): Promise<LoadedModules> {
  const load = async (name: string): Promise<unknown> => import(name);
  const [language, programs, providers] = await Promise.all([
    load('@pulumi/pulumi/automation/server.js'),
    load(modules.programs),
    load(modules.providers),
  ]);
  return {
    LanguageServer: languageModule.parse(language).LanguageServer,
    programs: programsModule.parse(programs).programs,
    startProviders: providersModule.parse(providers).startTwinProviders,
  };
}
