import { unwrap, type NewTenant } from '@leasehold/api-client';
import { api, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { defined, pairs, parameterValues } from '../option-values.js';
import { isObject, parseDocument, readText } from '../spec-files/read-spec.js';
import { finishOperation } from '../watch/finish-operation.js';
import type { WatchOption } from '../watch/watch-option.js';
import { z } from 'zod';

export interface CreateOptions extends WatchOption {
  file?: string;
  dryRun?: boolean;
  template?: string;
  displayName?: string;
  release?: string;
  plan?: string;
  cell?: string;
  hostname?: string[];
  parameter?: string[];
  label?: string[];
  contactEmail?: string;
  idempotencyKey?: string;
}

/** Onboards one client, from options, or from a file with options over it. */
export async function createTenant(
  context: Context,
  slug: string | undefined,
  options: CreateOptions,
): Promise<void> {
  const { file, idempotencyKey } = options;
  const spec = file === undefined ? {} : tenantSpec(file, parseDocument(file, await readText(file)));
  const body = wholeTenant(slug, options, spec);
  const header = idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey };
  const operation = await unwrap((await api(context)).POST('/v1/tenants', { params: { header }, body }));
  await finishOperation(context, operation, options);
}

/** The API checks the fields; see readSpec. @throws UsageError when it is no object. */
function tenantSpec(file: string, document: unknown): Partial<NewTenant> {
  const parsed = z.custom<Partial<NewTenant>>(isObject).safeParse(document);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${file} must hold a tenant, such as {"slug": "acme", "template": "counter"}.`);
}

function wholeTenant(given: string | undefined, options: CreateOptions, spec: Partial<NewTenant>): NewTenant {
  const slug = given ?? spec.slug;
  if (slug === undefined) throw new UsageError('Name the tenant: leasehold tenants create <slug>.');
  const template = options.template ?? spec.template;
  if (template === undefined)
    throw new UsageError('Say what the client gets with --template; `leasehold templates list` has them.');
  const { release, plan, cell, hostname, contactEmail } = options;
  return {
    ...spec,
    slug,
    displayName: options.displayName ?? spec.displayName ?? slug,
    template,
    parameters: { ...spec.parameters, ...parameterValues(options.parameter ?? []) },
    labels: { ...spec.labels, ...pairs(options.label ?? []) },
    ...defined({ release, plan, cell, hostnames: hostname }),
    ...(contactEmail === undefined ? {} : { contact: { ...spec.contact, email: contactEmail } }),
  };
}
