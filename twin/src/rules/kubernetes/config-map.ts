import { resourceTypes } from '../../inventory/resource-types.js';
import { objectAt, type JsonObject } from '../../inventory/json.js';
import { configKey } from '../shape/names.js';
import { flag, map, text, type Report } from '../shape/shape.js';
import { objectRule } from './object-rule.js';

/** etcd's limit for the content (kubernetes.io/docs/concepts/configuration/configmap). */
const maxBytes = 1_048_576;

function checkContent(value: JsonObject, _path: string, report: Report): void {
  const [data, binaryData] = [objectAt(value, 'data'), objectAt(value, 'binaryData')];
  for (const key of Object.keys(binaryData)) {
    if (Object.hasOwn(data, key)) report(`binaryData.${key}`, 'is also a key of data');
  }
  const texts = [...Object.values(data), ...Object.values(binaryData)];
  const bytes = texts.reduce<number>(
    (sum, entry) => sum + (typeof entry === 'string' ? Buffer.byteLength(entry) : 0),
    0,
  );
  if (bytes > maxBytes) report('data', `must not be more than ${String(maxBytes)} bytes in all`);
}

/** core/v1 ConfigMap. */
export const rule = objectRule({
  token: resourceTypes.configMap,
  optional: { data: map(text(), configKey), binaryData: map(text(), configKey), immutable: flag },
  check: checkContent,
});
