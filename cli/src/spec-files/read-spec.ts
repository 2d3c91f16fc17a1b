import { readFile } from 'node:fs/promises';
import { load, YAMLException } from 'js-yaml';
import { z } from 'zod';
import { UsageError } from '../exit-code.js';

/** The text of a file; `-` is standard input. @throws UsageError when it cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A JSON or YAML document (JSON is YAML). @throws UsageError with the line of what is no YAML. */
export function parseDocument(file: string, text: string): unknown {
  try {
    return load(text, { filename: file });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new UsageError(`${file} is neither JSON nor YAML: ${error.message}`);
  }
}

/**
 * The specification in a JSON or YAML file. Only that it is an object is checked here: the API checks its fields and points
 * to the wrong ones, and a second check could only disagree with it.
 * @throws UsageError
 */
export async function readSpec<Spec extends object>(file: string): Promise<Spec> {
  const parsed = z.custom<Spec>(isObject).safeParse(parseDocument(file, await readText(file)));
  if (parsed.success) return parsed.data;
  throw new UsageError(`${file} must hold one object, such as {"name": ...}.`);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
