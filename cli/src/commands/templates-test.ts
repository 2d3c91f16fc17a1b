import { resolve } from 'node:path';
import type { CheckResult } from '@leasehold/template-conformance';
import { ManifestError } from '@leasehold/template-manifest';
import type { Context } from '../context.js';
import { UsageError } from '../exit-code.js';

export interface TestOptions {
  only?: readonly string[];
}

/** `leasehold templates test PATH`: a line a check; fails when one of them does. No control plane is asked. */
export async function testTemplateFolder(
  context: Context,
  path: string,
  { only }: TestOptions,
): Promise<void> {
  const { printer, streams } = context;
  // Brings the data gateway with it, which no other command needs.
  const { checks, findImage, TemplateFolderError, testTemplate } =
    await import('@leasehold/template-conformance');
  requireKnown(
    only,
    checks.map(({ name }) => name),
  );
  try {
    const results = await testTemplate(await findImage(resolve(path)), {
      ...(only === undefined ? {} : { only }),
      onProgress: (line) => printer.note(line),
      onResult: (result) => {
        if (!printer.json) streams.out.write(`${lineOf(result)}\n`);
      },
      signal: context.signal,
    });
    if (printer.json) printer.result(results, '');
    requirePassed(results);
  } catch (error) {
    if (error instanceof TemplateFolderError || error instanceof ManifestError)
      throw new UsageError(error.message);
    throw error;
  }
}

function requireKnown(only: readonly string[] | undefined, names: readonly string[]): void {
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`There is no check ${unknown}; there are ${names.join(', ')}.`);
}

function requirePassed(results: readonly CheckResult[]): void {
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  if (failed === 0) return;
  throw new Error(failed === 1 ? 'One check failed.' : `${failed} checks failed.`);
}

const words = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' } as const;

function lineOf({ outcome, check, promise, message }: CheckResult): string {
  const line = `${words[outcome]}  ${check.padEnd(13)}  ${promise}`;
  return message === '' ? line : `${line}\n      ${message}`;
}
