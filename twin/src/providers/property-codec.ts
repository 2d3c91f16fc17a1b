import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import { isJsonObject, type Json, type JsonObject } from '../inventory/json.js';
import { childPath } from '../rules/shape/property-path.js';
import { unknownValue } from '../rules/shape/unknown.js';

/**
 * Pulumi's properties as plain JSON beside the paths that are secret. Values that are not known yet stay what they
 * are on the wire (see `unknownValue`).
 */
export interface Properties {
  value: JsonObject;
  secrets: ReadonlySet<string>;
}

// pulumi/pulumi, sdk/go/common/resource/sig: how special values are told from plain objects.
const signatureField = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';
const outputSignature = 'd0e6a833031e9bbcd3f4e8bde6ca49a4';

/** Reads the properties of a request; fields that are null count as absent, as in Kubernetes. */
export function decodeProperties(message: struct.Struct | undefined): Properties {
  const secrets = new Set<string>();
  const value = message ? decodeObject(asJson(message), '', secrets) : {};
  return { value, secrets };
}

/** Writes properties for an answer, with the values at secret paths wrapped. */
export function encodeProperties({ value, secrets }: Properties): struct.Struct {
  const encoded = secrets.size === 0 ? value : encodeObject(value, '', secrets);
  return struct.Struct.fromJavaScript(encoded);
}

function asJson(message: struct.Struct): JsonObject {
  return message.toJavaScript();
}

function decodeObject(object: JsonObject, path: string, secrets: Set<string>): JsonObject {
  const decoded: JsonObject = {};
  for (const [field, entry] of Object.entries(object)) {
    if (entry !== null) decoded[field] = decode(entry, childPath(path, field), secrets);
  }
  return decoded;
}

function decode(value: Json, path: string, secrets: Set<string>): Json {
  if (Array.isArray(value)) return value.map((item, index) => decode(item, childPath(path, index), secrets));
  if (!isJsonObject(value)) return value;
  const signature = value[signatureField];
  if (signature === secretSignature || (signature === outputSignature && value['secret'] === true))
    secrets.add(path);
  if (signature === secretSignature) return decode(value['value'] ?? null, path, secrets);
  // An output without a value is not known yet.
  if (signature === outputSignature) return decode(value['value'] ?? unknownValue, path, secrets);
  return decodeObject(value, path, secrets);
}

function encodeObject(object: JsonObject, path: string, secrets: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([field, entry]) => [field, encode(entry, childPath(path, field), secrets)]),
  );
}

function encode(value: Json, path: string, secrets: ReadonlySet<string>): Json {
  const plain = Array.isArray(value)
    ? value.map((item, index) => encode(item, childPath(path, index), secrets))
    : isJsonObject(value)
      ? encodeObject(value, path, secrets)
      : value;
  return secrets.has(path) ? { [signatureField]: secretSignature, value: plain } : plain;
}
