import { unwrap, type Tenant } from '@leasehold/api-client';
import { api, type Context } from '../context.js';
import { defined, pairs } from '../option-values.js';
import { gatherPages } from './gather-pages.js';
import type { ListOption } from './list-option.js';

export interface ListOptions extends ListOption {
  state?: Tenant['state'];
  template?: string;
  plan?: string;
  cell?: string;
  label?: string[];
  labels?: string;
}

/** `leasehold tenants list` */
export async function listTenants(context: Context, options: ListOptions): Promise<void> {
  const client = await api(context);
  const filter = tenantFilter(options);
  const wanted = defined({ filter, orderBy: options.orderBy, labels: labelSelector(options) });
  const items = await gatherPages(options.limit, (page) =>
    unwrap(client.GET('/v1/tenants', { params: { query: { ...page, ...wanted } } })),
  );
  const columns = [
    { title: 'slug', value: (tenant: Tenant) => tenant.slug },
    { title: 'name', value: (tenant: Tenant) => tenant.displayName },
    { title: 'state', value: (tenant: Tenant) => tenant.state },
    { title: 'template', value: (tenant: Tenant) => `${tenant.template} ${tenant.release}` },
    { title: 'plan', value: (tenant: Tenant) => tenant.plan },
    { title: 'cell', value: (tenant: Tenant) => tenant.cell },
    { title: 'url', value: (tenant: Tenant) => tenant.url },
  ];
  context.printer.list(items, columns, 'There are no tenants.');
}

/** All that was asked for, joined into one filter; undefined for nothing. */
export function tenantFilter(options: Omit<ListOptions, 'limit'>): string | undefined {
  const { state, template, plan, cell } = options;
  const fields = Object.entries({ state, template, plan, cell }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${JSON.stringify(value)}`],
  );
  const terms = [...fields, ...(options.filter === undefined ? [] : [`(${options.filter})`])];
  return terms.length === 0 ? undefined : terms.join(' AND ');
}

/** Labels one by one and a selector, as one selector; undefined for nothing. */
export function labelSelector({ label, labels }: Pick<ListOptions, 'label' | 'labels'>): string | undefined {
  const terms = Object.entries(pairs(label ?? [])).map(([key, value]) => `${key}=${value}`);
  if (labels !== undefined) terms.push(labels);
  return terms.length === 0 ? undefined : terms.join(',');
}
