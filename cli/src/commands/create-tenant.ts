import { unwrap, type NewTenant } from '@leasehold/api-client';
import { z } from 'zod';
import { api, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { defined, pairs, parameterValues } from '../option-values.js';
import { isObject, readText } from '../spec-files/read-spec.js';
import { tenantsFile, type TenantsFile } from '../spec-files/tenants-file.js';
import { finishOperation } from '../watch/finish-operation.js';
import type { WatchOption } from '../watch/watch-option.js';
import { createTenants } from './create-tenants.js';
import { previewTenant } from './preview-tenant.js';

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
  expiresAt?: string;
  deletionProtection?: boolean;
  onFailure?: NonNullable<NewTenant['onFailure']>;
  contactEmail?: string;
  idempotencyKey?: string;
}

/** Onboards one client, from options, or from a file with options over it; or many, from CSV or a list. */
export async function createTenant(
  context: Context,
  slug: string | undefined,
  options: CreateOptions,
): Promise<void> {
  const { file } = options;
  const held: TenantsFile =
    file === undefined ? { kind: 'one', document: {} } : tenantsFile(file, await readText(file));
  if (held.kind !== 'one') {
    refuseOptionsOfOne(slug, options);
    await createTenants(context, held, options);
    return;
  }
  const body = wholeTenant(slug, options, tenantSpec(file ?? '', held.document));
  if (options.dryRun === true) await previewTenant(context, body);
  else await createOne(context, body, options);
}

async function createOne(context: Context, body: NewTenant, options: CreateOptions): Promise<void> {
  const { idempotencyKey } = options;
  const header = idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey };
  const operation = await unwrap((await api(context)).POST('/v1/tenants', { params: { header }, body }));
  await finishOperation(context, operation, options);
}

const optionsOfMany = ['file', 'dryRun', 'watch'];

function refuseOptionsOfOne(slug: string | undefined, options: CreateOptions): void {
  const wrong = Object.keys(options).find((name) => !optionsOfMany.includes(name));
  if (slug !== undefined || wrong !== undefined)
    throw new UsageError(`A file with many tenants says all of each; leave ${wrong ?? 'the slug'} out.`);
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
  const { release, plan, cell, hostname, contactEmail, expiresAt, deletionProtection, onFailure } = options;
  return {
    ...spec,
    slug,
    displayName: options.displayName ?? spec.displayName ?? slug,
    template,
    parameters: { ...spec.parameters, ...parameterValues(options.parameter ?? []) },
    labels: { ...spec.labels, ...pairs(options.label ?? []) },
    ...defined({ release, plan, cell, hostnames: hostname, expiresAt, deletionProtection, onFailure }),
    ...(contactEmail === undefined ? {} : { contact: { ...spec.contact, email: contactEmail } }),
  };
}
