import { AppError } from '../platform/app-error.js';
import { tenantStates } from './tenant-states.js';

/** What a list of tenants is narrowed to. */
export interface TenantFilter {
  readonly state?: string;
  readonly template?: string;
  readonly plan?: string;
  readonly cell?: string;
  readonly labels: Readonly<Record<string, string>>;
}

const fields = ['state', 'template', 'plan', 'cell'] as const;
const grammar = `terms such as state=active or labels.tier=gold, joined by " and "; the fields are ${fields.join(', ')} and labels.<name>`;

/** Reads `state=active and labels.tier=gold`. @throws AppError `invalid_filter` */
export function parseTenantFilter(text: string | undefined): TenantFilter {
  const filter: { [K in (typeof fields)[number]]?: string } & { labels: Record<string, string> } = {
    labels: {},
  };
  for (const term of text?.split(' and ') ?? []) {
    const [, key = '', value = ''] = /^([\w.-]+)=([\w.-]*)$/.exec(term.trim()) ?? [];
    const field = fields.find((known) => known === key);
    if (field) filter[field] = value;
    else if (key.startsWith('labels.')) filter.labels[key.slice('labels.'.length)] = value;
    else throw invalid(`must be ${grammar}`);
  }
  if (filter.state !== undefined && !tenantStates.some((state) => state === filter.state)) {
    throw invalid(`names a state that does not exist; the states are ${tenantStates.join(', ')}`);
  }
  return filter;
}

function invalid(message: string): AppError {
  return new AppError('malformed', 'invalid_filter', {
    publicMessage: `The filter ${message}.`,
    errors: [{ pointer: 'filter', message }],
  });
}
