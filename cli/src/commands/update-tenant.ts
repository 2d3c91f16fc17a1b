import { unwrap, unwrapWithResponse, type TenantPatch } from '@leasehold/api-client';
import { api, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { defined, pairs, parameterValues } from '../option-values.js';
import { readSpec } from '../spec-files/read-spec.js';
import { finishOperation } from '../watch/finish-operation.js';
import type { WatchOption } from '../watch/watch-option.js';

export interface UpdateOptions extends WatchOption {
  file?: string;
  displayName?: string;
  release?: string;
  plan?: string;
  hostname?: string[];
  hostnames?: boolean;
  parameter?: string[];
  label?: string[];
  removeLabel?: string[];
  contactEmail?: string;
  expiresAt?: string;
  deletionProtection?: boolean;
}

/** Changes a tenant as it was read: a change in between is refused by the API. Labels and parameters that are not named stay. */
export async function updateTenant(context: Context, id: string, options: UpdateOptions): Promise<void> {
  const client = await api(context);
  const path = { id };
  const { data: tenant, response } = await unwrapWithResponse(
    client.GET('/v1/tenants/{id}', { params: { path } }),
  );
  const spec = options.file === undefined ? {} : await readSpec<TenantPatch>(options.file);
  const body: TenantPatch = { ...spec, ...changesOf(options, tenant) };
  if (Object.keys(body).length === 0)
    throw new UsageError('Name what to change, such as --plan standard or --label tier=gold.');
  const header = { 'If-Match': response.headers.get('etag') ?? '' };
  const call = client.PATCH('/v1/tenants/{id}', { params: { path, header }, body });
  await finishOperation(context, await unwrap(call), options);
}

interface Current {
  labels: Record<string, string>;
  parameters: Record<string, unknown>;
}

/** The API takes labels and parameters whole; people name what changes. */
export function changesOf(options: UpdateOptions, current: Current): TenantPatch {
  const { displayName, release, plan, hostname, deletionProtection, expiresAt, contactEmail } = options;
  const { label, removeLabel, parameter } = options;
  const patch: TenantPatch = defined({ displayName, release, plan, deletionProtection, hostnames: hostname });
  if (options.hostnames === false) patch.hostnames = [];
  if (expiresAt !== undefined) patch.expiresAt = expiresAt === '' ? null : expiresAt;
  if (contactEmail !== undefined) patch.contact = contactEmail === '' ? null : { email: contactEmail };
  if (parameter !== undefined) patch.parameters = { ...current.parameters, ...parameterValues(parameter) };
  if (label !== undefined || removeLabel !== undefined) {
    const labels = Object.entries({ ...current.labels, ...pairs(label ?? []) });
    patch.labels = Object.fromEntries(labels.filter(([key]) => removeLabel?.includes(key) !== true));
  }
  return patch;
}
