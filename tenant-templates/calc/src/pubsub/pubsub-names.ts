import * as z from 'zod/mini';

/** What the tenant's Pub/Sub is called. */
export interface PubSubNames {
  readonly project: string;
  readonly commandsTopic: string;
  readonly resultsTopic: string;
}

const name = z.string().check(z.minLength(1));
const named = z.looseObject({ pubsubProject: name, pubsubCommandsTopic: name, pubsubResultsTopic: name });

/** The names among the tenant's parameters; undefined when it has no topics. @throws ZodError when some of them are missing. */
export function pubsubNames(parameters: object): PubSubNames | undefined {
  if (!('pubsubProject' in parameters)) return undefined;
  const { pubsubProject, pubsubCommandsTopic, pubsubResultsTopic } = named.parse(parameters);
  return { project: pubsubProject, commandsTopic: pubsubCommandsTopic, resultsTopic: pubsubResultsTopic };
}
