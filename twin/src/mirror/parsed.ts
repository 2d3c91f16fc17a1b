import type { ZodType } from 'zod';
import type { Resource } from '../inventory/resource.js';

/**
 * A reader of specs that parses each version of a resource once. It gives undefined for a spec that is not of the shape,
 * so that one bad resource does not take the others down.
 */
export function specReader<T>(schema: ZodType<T>): (resource: Resource) => T | undefined {
  const read = new WeakMap<Resource, { spec: T | undefined }>();
  return (resource) => {
    let entry = read.get(resource);
    if (entry === undefined) read.set(resource, (entry = { spec: schema.safeParse(resource.spec).data }));
    return entry.spec;
  };
}
