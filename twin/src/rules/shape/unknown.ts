import type { Json } from '../../inventory/json.js';

/**
 * How a value that is known only after the creation of another resource travels in a preview
 * (pulumi/pulumi, sdk/go/common/resource/plugin: UnknownStringValue and its siblings).
 */
export const unknownValue = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

const unknownValues: ReadonlySet<unknown> = new Set([
  unknownValue,
  '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7', // boolean
  '3eeb2bf0-c639-47a8-9e75-3b44932eb421', // number
  '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2', // list
  '030794c1-ac77-496b-92df-f27374a8bd58', // asset
  'e48ece36-62e2-4504-bad9-02848725956a', // archive
  'dd056dcd-154b-4c76-9bd3-c8f88648b5ff', // object
]);

/** Whether the value is not known yet. */
export function isUnknown(value: Json | undefined): boolean {
  return unknownValues.has(value);
}
