import { fileURLToPath } from 'node:url';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The built child; tests of runs need `tsc -b control-plane` first. */
export const childEntry = here('../../../dist/stack-runner/child/main.js');

/** Node runs these as they are and strips their types. */
export const childModules = {
  programs: here('./fixture-programs.ts'),
  providers: here('./fixture-provider.ts'),
};

/** A resource of the fixture's program. */
export interface Thing {
  readonly name: string;
  readonly value: string;
  /** A change of it replaces the thing. */
  readonly kind?: string;
  readonly secret?: string;
  readonly after?: readonly string[];
  readonly alias?: string;
}
