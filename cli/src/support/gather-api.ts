import { createApiClient, type ApiClient, type ApiOptions } from '@leasehold/api-client';
import { explain } from '../explain.js';
import type { BundleFile } from './bundle-file.js';
import { jsonFile } from './gather-machine.js';
import { redact } from './redact.js';

const recent = 100;

interface Source {
  name: string;
  about: string;
  read: (client: ApiClient) => Promise<{ data?: unknown; error?: unknown }>;
}

const query = { limit: recent };

/** What of a tenant helps to understand a fault; its contact and parameters do not. */
const sources: readonly Source[] = [
  {
    name: 'health.json',
    about: 'which part of the API is ready',
    read: (client) => client.GET('/readyz'),
  },
  {
    name: 'operations.json',
    about: `the newest ${recent} operations with their steps and errors`,
    read: (client) => client.GET('/v1/operations', { params: { query } }),
  },
  {
    name: 'tenants.json',
    about: `state and conditions of the newest ${recent} tenants`,
    read: async (client) => {
      const { data, error } = await client.GET('/v1/tenants', { params: { query } });
      if (data === undefined) return { error };
      return {
        data: data.items.map(({ id, slug, state, template, release, plan, cell, conditions }) => ({
          ...{ id, slug, state, template, release, plan, cell, conditions },
        })),
      };
    },
  },
  {
    name: 'cells.json',
    about: 'cells and how full they are',
    read: (client) => client.GET('/v1/cells', { params: { query } }),
  },
  {
    name: 'audit-events.json',
    about: `the newest ${recent} changes: who changed what`,
    read: (client) => client.GET('/v1/audit-events', { params: { query } }),
  },
];

/** What the API tells about itself; what it does not tell is there as the reason why not. */
export async function apiFiles(options: ApiOptions): Promise<BundleFile[]> {
  const client = createApiClient(options);
  const documents = await Promise.all(
    sources.map(async ({ name, about, read }) => jsonFile(name, about, await answerOf(read(client)))),
  );
  return [...documents, await metricsFile(client)];
}

async function metricsFile(client: ApiClient): Promise<BundleFile> {
  const answer = await answerOf(client.GET('/metrics', { parseAs: 'text' }));
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return { name: 'metrics.txt', about: 'measurements of the API', text: redact(text) };
}

async function answerOf(call: Promise<{ data?: unknown; error?: unknown }>): Promise<unknown> {
  try {
    const { data, error } = await call;
    return data ?? { notTold: error };
  } catch (error) {
    return { notTold: explain(error) };
  }
}
