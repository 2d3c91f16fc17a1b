/**
 * The JSON Schema of `template.json`, for editors and for tools in other languages. It has the shape of the file; rules between
 * fields (one port named http, a default within its own rule) are checked by parseManifest alone.
 */
import { z } from 'zod';
import { templateManifestSchema } from './manifest.schema.js';

/** JSON Schema, draft 2020-12, of what a person writes. */
export function manifestJsonSchema(): Record<string, unknown> {
  return {
    title: "A tenant template's template.json",
    ...z.toJSONSchema(templateManifestSchema, { io: 'input' }),
  };
}
