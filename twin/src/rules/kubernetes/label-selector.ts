import { isJsonObject, listAt, objectAt, textAt, type JsonObject } from '../../inventory/json.js';
import { labelKey, labelValue } from '../shape/names.js';
import { list, object, oneOf, text, type Shape } from '../shape/shape.js';
import { labels } from './metadata.js';

const requirement = object(
  { key: text(labelKey), operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist') },
  { values: list(text(labelValue)) },
  (value, path, report) => {
    const many = listAt(value, 'values').length;
    const takesValues = textAt(value, 'operator')?.endsWith('In') === true;
    if (takesValues && many === 0) report(`${path}.values`, 'must have at least 1 item for In and NotIn');
    if (!takesValues && many > 0) report(`${path}.values`, 'must be empty for Exists and DoesNotExist');
  },
);

/** LabelSelector of meta/v1. */
export const labelSelector: Shape = object({}, { matchLabels: labels, matchExpressions: list(requirement) });

/** Whether a selector chooses objects with these labels. */
export function selects(selector: JsonObject, objectLabels: JsonObject): boolean {
  const wanted = Object.entries(objectAt(selector, 'matchLabels'));
  return (
    wanted.every(([key, value]) => objectLabels[key] === value) &&
    listAt(selector, 'matchExpressions').every((entry) => isJsonObject(entry) && meets(entry, objectLabels))
  );
}

function meets(entry: JsonObject, objectLabels: JsonObject): boolean {
  const value = objectLabels[textAt(entry, 'key') ?? ''];
  switch (textAt(entry, 'operator')) {
    case 'In':
      return value !== undefined && listAt(entry, 'values').includes(value);
    case 'NotIn':
      return value === undefined || !listAt(entry, 'values').includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case undefined:
    default:
      return false;
  }
}
