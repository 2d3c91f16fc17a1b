import { unwrap, type ApiClient } from '@leasehold/api-client';
import { api, type Context } from '../context.js';

const query = { limit: 500 };

/** Where the names for an argument or option come from. */
const sources: Readonly<Record<string, (client: ApiClient) => Promise<string[]>>> = {
  tenant: async (client) =>
    (await unwrap(client.GET('/v1/tenants', { params: { query } }))).items.map(({ slug }) => slug),
  operation: async (client) =>
    (await unwrap(client.GET('/v1/operations', { params: { query: { limit: 50 } } }))).items.map(
      ({ id }) => id,
    ),
  template: async (client) =>
    (await unwrap(client.GET('/v1/templates', { params: { query } }))).items.map(({ name }) => name),
  plan: async (client) =>
    (await unwrap(client.GET('/v1/plans', { params: { query } }))).items.map(({ name }) => name),
  cell: async (client) =>
    (await unwrap(client.GET('/v1/cells', { params: { query } }))).items.map(({ name }) => name),
  key: async (client) =>
    (await unwrap(client.GET('/v1/api-keys', { params: { query } }))).items.map(({ id }) => id),
};

/** Somebody waits at the keyboard. */
const patienceMs = 1_500;

/** The names that the API knows and that begin as was typed; none when it does not answer at once. */
export async function completeName(context: Context, argument: string, typed: string): Promise<string[]> {
  const source = sources[argument];
  if (source === undefined) return [];
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(patienceMs)]);
  try {
    const names = await source(await api({ ...context, signal }));
    // A name goes into somebody's command line: nothing that a shell would read as more than a word.
    return names.filter((name) => name.startsWith(typed) && /^[\w.-]+$/.test(name));
  } catch {
    // No key, no answer, no right: there is nothing to offer, and an error has no place in a prompt.
    return [];
  }
}
