import { isJsonObject, type Json, type JsonObject } from './json.js';

/** The path leads nowhere in the document, or is none. */
export class PathError extends Error {
  override readonly name = 'PathError';
}

type Step = string | number;

/**
 * The document with another value at a path, in Pulumi's notation (`spec.ports[0].name`, `metadata.labels["a.b/c"]`);
 * without a value the field goes. Fields on the way that are not there are made; list items are not.
 * @throws PathError
 */
export function withValue(document: JsonObject, path: string, value: Json | undefined): JsonObject {
  const changed = changedAt(document, stepsOf(path), value, path);
  if (!isJsonObject(changed)) throw new PathError(`${path} is no field of an object`);
  return changed;
}

/** @throws PathError when the text is no path */
function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  const step = /\.?([A-Za-z_$][\w$-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null) throw new PathError(`${path} is not a path such as spec.ports[0].name`);
    const [, field, position, quoted] = found;
    if (quoted !== undefined) steps.push(quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1'));
    else steps.push(field ?? Number(position));
  }
  if (steps.length === 0) throw new PathError('the path is empty');
  return steps;
}

function changedAt(
  held: Json | undefined,
  [step, ...more]: readonly Step[],
  value: Json | undefined,
  path: string,
): Json | undefined {
  if (step === undefined) return value;
  if (typeof step === 'number') {
    if (!Array.isArray(held) || step >= held.length) throw new PathError(`${path}: there is no item ${step}`);
    const next = changedAt(held[step], more, value, path);
    return held.flatMap((item, index) => (index !== step ? [item] : next === undefined ? [] : [next]));
  }
  if (held !== undefined && !isJsonObject(held)) throw new PathError(`${path}: ${step} is not in an object`);
  if (step === '__proto__') throw new PathError(`${path} is not a path`);
  const next = changedAt(held && Object.hasOwn(held, step) ? held[step] : undefined, more, value, path);
  const others = Object.fromEntries(Object.entries(held ?? {}).filter(([field]) => field !== step));
  return next === undefined ? others : { ...others, [step]: next };
}
