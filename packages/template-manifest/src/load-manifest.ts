import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ManifestError, type FieldError } from './manifest-error.js';
import { jsonPointer } from './json-pointer.js';
import { templateManifestSchema, type TemplateManifest } from './manifest.schema.js';
import { parameterSchemaErrors } from './parameters.js';
import { sharedParameterErrors } from './shared-parameters.js';

/**
 * Checks the parsed content of a `template.json`.
 * @throws ManifestError naming every wrong field.
 */
export function parseManifest(content: unknown, source = 'template.json'): TemplateManifest {
  const parsed = templateManifestSchema.safeParse(content);
  if (!parsed.success) throw new ManifestError(source, parsed.error.issues.map(toFieldError));
  const { parameters } = parsed.data;
  const errors = [...parameterSchemaErrors(parameters), ...sharedParameterErrors(parameters)];
  if (errors.length > 0) throw new ManifestError(source, errors);
  return parsed.data;
}

/**
 * Reads and checks `template.json` in a template's folder.
 * @throws ManifestError when the file is missing, is not JSON, or has wrong fields.
 */
export async function loadManifest(folder: string): Promise<TemplateManifest> {
  const file = join(folder, 'template.json');
  return parseManifest(await readJson(file), file);
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ManifestError(file, [{ pointer: '', message: 'the file cannot be read' }], { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ManifestError(file, [{ pointer: '', message: 'the file is not JSON' }], { cause });
  }
}

function toFieldError(issue: { path: PropertyKey[]; message: string }): FieldError {
  return { pointer: jsonPointer(issue.path), message: issue.message };
}
