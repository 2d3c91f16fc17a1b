import type { Deployment } from '../../pulumi-service/wire/deployment.js';
import { jsonObject, type Json, type JsonObject } from '../../platform/json.js';

/** The field that tells Pulumi's special values from plain objects, and its value for a secret (`sdk/go/common/resource/sig`). */
const signatureField = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';

/** What the stack's program returned. Secret values are left out: they are encrypted in the state, and stay there. */
export function stackOutputs(deployment: Deployment): JsonObject {
  const root = deployment.resources?.find(({ type }) => type === 'pulumi:pulumi:Stack');
  const outputs = jsonObject.safeParse(root?.outputs ?? {});
  return outputs.success ? withoutSecrets(outputs.data) : {};
}

function withoutSecrets(object: { readonly [key: string]: Json }): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => !isSecret(value))
      .map(([key, value]) => [key, clean(value)]),
  );
}

function clean(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item: Json) => !isSecret(item)).map(clean);
  return isObject(value) ? withoutSecrets(value) : value;
}

function isSecret(value: Json): boolean {
  return isObject(value) && value[signatureField] === secretSignature;
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
