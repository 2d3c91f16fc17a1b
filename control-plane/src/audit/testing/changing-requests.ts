import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { seededPlans } from '../../catalog/plans.seed.js';
import type { ApiUnderTest } from '../../testing/api-under-test.js';
import { counterImage, counterManifest, execute } from '../../testing/seeded-catalog.js';

/** One request that changes something and succeeds. */
export interface ChangingRequest {
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** What the recipes need: the API, its database, and a way to put things into the state that a request asks for. */
export class World {
  constructor(
    private readonly api: ApiUnderTest,
    private readonly ownerUrl: string,
  ) {}

  name(): string {
    return `n${randomBytes(6).toString('hex')}`;
  }

  async make(path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.api.admin.post(path, body);
    if (answer.status >= 300)
      throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A client's path, its onboarding being over and the client in this state. */
  async tenant(state = 'active'): Promise<string> {
    const slug = this.name();
    const { tenantId, id } = await this.make('/v1/tenants', { slug, displayName: slug, template: 'counter' });
    await this.sql(`update leasehold.tenants set state = $2 where id = $1`, tenantId, state);
    await this.sql(`update leasehold.operations set state = 'succeeded', ended_at = now() where id = $1`, id);
    return `/v1/tenants/${String(tenantId)}`;
  }

  /** The name of one more cell, whose ground is laid. */
  async readyCell(): Promise<string> {
    const name = this.name();
    await this.sql(
      `insert into leasehold.cells (id, name, environment, region, target, domain, capacity, state, outputs)
       values ('cel_' || $1, $1, 'development', 'local', 'twin', 'localhost', 10, 'ready', '{"bucket": "branding"}')`,
      name,
    );
    return name;
  }

  /** The path of an operation that is queued, or ended in this state. */
  async operation(state = 'queued'): Promise<string> {
    const slug = this.name();
    const { id, tenantId } = await this.make('/v1/tenants', { slug, displayName: slug, template: 'counter' });
    const end = `update leasehold.operations set state = $2, ended_at = now() where id = $1`;
    if (state !== 'queued') {
      await this.sql(end, id, state);
      await this.sql(`update leasehold.tenants set state = 'failed' where id = $1`, tenantId);
    }
    return `/v1/operations/${String(id)}`;
  }

  /** The path of a client whose onboarding waits for an approval. */
  async waiting(): Promise<string> {
    const plan = 'standard';
    const ask = `update leasehold.plans set spec = jsonb_set(spec, '{approval}', $2) where name = $1`;
    await this.sql(ask, plan, 'true');
    const slug = this.name();
    const { tenantId } = await this.make('/v1/tenants', {
      slug,
      displayName: slug,
      template: 'counter',
      plan,
    });
    await this.sql(ask, plan, 'false');
    return `/v1/tenants/${String(tenantId)}`;
  }

  async drafted(): Promise<string> {
    const tenant = await this.tenant();
    await this.put(`${tenant}/branding/draft`, { tagline: 'draft' });
    return `${tenant}/branding/draft`;
  }

  /** The path of a complete copy of a tenant's rows. */
  async archive(noun: 'backups' | 'exports', state = 'active'): Promise<string> {
    const tenant = await this.tenant();
    const { id } = await this.make(`${tenant}/${noun}`, noun === 'backups' ? {} : undefined);
    await this.sql(`update leasehold.operations set state = 'succeeded', ended_at = now() where id = $1`, id);
    const archives = await this.get(`${tenant}/${noun}`);
    const [archive] = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(archives).items;
    await this.sql(
      `update leasehold.archives set state = 'complete', sha256 = repeat('0', 64) where id = $1`,
      archive?.id,
    );
    await this.sql(`update leasehold.tenants set state = $2 where id = $1`, tenant.split('/').at(-1), state);
    return `${tenant}/${noun}/${archive?.id ?? ''}`;
  }

  async webhook(): Promise<string> {
    const { id } = await this.make('/v1/webhooks', { url: 'http://127.0.0.1:9/hook' });
    return `/v1/webhooks/${String(id)}`;
  }

  /** The path of a member of a client. */
  async member(): Promise<string> {
    const members = `${await this.tenant()}/members`;
    return `${members}/${String((await this.make(members, { subject: 'jo' }))['id'])}`;
  }

  /** The key of a namespace in the twin's inventory. */
  async namespace(): Promise<Record<string, string>> {
    const [type, name] = ['kubernetes:core/v1:Namespace', this.name()];
    const spec = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: {} } };
    await this.sql(
      `insert into twin.resources (cell, provider, type, scope, name, external_id, owner, spec)
       values ('local', 'kubernetes', $1, '', $2, $2, 'x', $3)`,
      ...[type, name, JSON.stringify(spec)],
    );
    return { cell: 'local', type, scope: '', name };
  }

  async get(path: string): Promise<Record<string, unknown>> {
    return (await this.api.admin.get(path)).body;
  }

  async put(path: string, body: unknown): Promise<void> {
    const answer = await this.api.admin.put(path, body, { 'if-match': '*' });
    if (answer.status >= 300) throw new Error(`PUT ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  async sql(statement: string, ...values: unknown[]): Promise<void> {
    await execute(this.ownerUrl, statement, values);
  }
}

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const newTenant = (slug: string) => ({ slug, displayName: slug, template: 'counter' });

/** For each route that changes something, by its name in the OpenAPI document: how to call it so that it succeeds. */
export const changingRequests: Readonly<Record<string, (world: World) => Promise<ChangingRequest>>> = {
  createApiKey: (w) => now({ path: '/v1/api-keys', body: { name: w.name(), role: 'viewer' } }),
  revokeApiKey: async (w) => {
    const { id } = await w.make('/v1/api-keys', { name: w.name(), role: 'viewer' });
    return { path: `/v1/api-keys/${String(id)}` };
  },
  createCell: (w) => {
    const place = { environment: 'development', region: 'local', target: 'twin', capacity: 10 };
    return now({ path: '/v1/cells', body: { name: w.name(), domain: 'localhost', ...place } });
  },
  applyCell: async (w) => {
    await w.sql(
      `update leasehold.operations set state = 'succeeded', ended_at = now() where subject = 'cell:local'`,
    );
    return { path: '/v1/cells/local/apply' };
  },
  cancelOperation: async (w) => ({ path: `${await w.operation()}/cancel` }),
  resumeOperation: async (w) => ({ path: `${await w.operation('failed')}/resume` }),
  rollBackOperation: async (w) => ({ path: `${await w.operation('failed')}/rollback` }),
  createPlan: (w) => now({ path: '/v1/plans', body: { ...seededPlans[0], name: w.name() } }),
  createTemplate: (w) => now({ path: '/v1/templates', body: { name: w.name(), displayName: 'T' } }),
  createRelease: () =>
    now({
      path: '/v1/templates/counter/releases',
      body: { version: '9.9.9', image: counterImage, manifest: { ...counterManifest, version: '9.9.9' } },
    }),
  createTenant: (w) => now({ path: '/v1/tenants', body: newTenant(w.name()) }),
  updateTenant: async (w) => ({ path: await w.tenant(), body: { displayName: 'Another name' } }),
  deleteTenant: async (w) => ({ path: await w.tenant() }),
  approveTenant: async (w) => ({ path: `${await w.waiting()}/approve` }),
  rejectTenant: async (w) => ({ path: `${await w.waiting()}/reject`, body: { reason: 'no' } }),
  suspendTenant: async (w) => ({ path: `${await w.tenant()}/suspend` }),
  resumeTenant: async (w) => ({ path: `${await w.tenant('suspended')}/resume` }),
  restoreTenant: async (w) => ({ path: `${await w.tenant('pending_deletion')}/restore` }),
  moveTenant: async (w) => ({ path: `${await w.tenant()}/move`, body: { cell: await w.readyCell() } }),
  reconcileTenant: async (w) => ({ path: `${await w.tenant()}/reconcile` }),
  batchTenants: (w) => now({ path: '/v1/tenants:batch', body: { items: [newTenant(w.name())] } }),
  createBackup: async (w) => ({ path: `${await w.tenant()}/backups`, body: {} }),
  deleteBackup: async (w) => ({ path: await w.archive('backups') }),
  restoreBackup: async (w) => ({ path: `${await w.archive('backups', 'suspended')}/restore` }),
  createExport: async (w) => ({ path: `${await w.tenant()}/exports` }),
  deleteExport: async (w) => ({ path: await w.archive('exports') }),
  putBranding: async (w) => ({ path: `${await w.tenant()}/branding`, body: { tagline: 'new' } }),
  putBrandingAsset: async (w) => ({
    path: `${await w.tenant()}/branding/assets/logo`,
    body: png,
    contentType: 'image/png',
  }),
  putBrandingDraft: async (w) => ({ path: `${await w.tenant()}/branding/draft`, body: { tagline: 'd' } }),
  deleteBrandingDraft: async (w) => ({ path: await w.drafted() }),
  previewBrandingDraft: async (w) => ({ path: `${await w.drafted()}/preview`, body: {} }),
  publishBrandingDraft: async (w) => ({ path: `${await w.drafted()}/publish` }),
  restoreBrandingRevision: async (w) => {
    const tenant = await w.tenant();
    await w.put(`${tenant}/branding`, { tagline: 'second' });
    return { path: `${tenant}/branding/revisions/1/restore` };
  },
  addTwinFault: () =>
    now({ path: '/v1/twin/faults', body: { cell: 'local', operation: 'create', fault: '500' } }),
  removeTwinFault: async (w) => {
    const { id } = await w.make('/v1/twin/faults', { cell: 'local', operation: 'create', fault: '500' });
    return { path: `/v1/twin/faults/${String(id)}` };
  },
  removeTwinResource: async (w) => {
    const key = new URLSearchParams(await w.namespace());
    return { path: `/v1/twin/inventory?${key.toString()}` };
  },
  changeTwinResource: async (w) => ({
    path: '/v1/twin/inventory',
    body: { ...(await w.namespace()), path: 'metadata.labels.drifted', value: 'yes' },
  }),
  putTwinSecret: () => now({ path: '/v1/twin/secrets/t-acme-ai', body: { value: 'hunter2' } }),
  invalidateTwinCache: async (w) => {
    const { slug } = await w
      .make('/v1/tenants', newTenant(w.name()))
      .then(({ tenantId }) => w.get(`/v1/tenants/${String(tenantId)}`));
    return { path: '/v1/twin/cache:invalidate', body: { cell: 'local', host: `${String(slug)}.localhost` } };
  },
  putIssuer: async (w) => ({ path: `${await w.tenant()}/issuer`, body: { kind: 'platform' } }),
  rotateIssuerKey: async (w) => ({ path: `${await w.tenant()}/issuer/rotate`, body: {} }),
  addMember: async (w) => ({ path: `${await w.tenant()}/members`, body: { subject: 'jo' } }),
  updateMember: async (w) => ({ path: await w.member(), body: { roles: ['ai'] } }),
  removeMember: async (w) => ({ path: await w.member() }),
  createMemberToken: async (w) => ({ path: `${await w.member()}/tokens`, body: {} }),
  createToken: async (w) => ({ path: `${await w.tenant()}/tokens`, body: { subject: 'robot' } }),
  createCallerKey: async (w) => ({ path: `${await w.tenant()}/caller-keys`, body: { name: 'shop' } }),
  deleteCallerKey: async (w) => {
    const keys = `${await w.tenant()}/caller-keys`;
    return { path: `${keys}/${String((await w.make(keys, { name: 'shop' }))['id'])}` };
  },
  createWebhook: () => now({ path: '/v1/webhooks', body: { url: 'http://127.0.0.1:9/hook' } }),
  updateWebhook: async (w) => ({ path: await w.webhook(), body: { description: 'd' } }),
  deleteWebhook: async (w) => ({ path: await w.webhook() }),
  testWebhook: async (w) => ({ path: `${await w.webhook()}/test` }),
  rotateWebhookSecret: async (w) => ({ path: `${await w.webhook()}/rotate-secret` }),
  replayWebhookDelivery: async (w) => {
    const webhook = await w.webhook();
    const { id } = await w.make(`${webhook}/test`);
    return { path: `${webhook}/deliveries/${String(id)}/replay` };
  },
};

function now(request: ChangingRequest): Promise<ChangingRequest> {
  return Promise.resolve(request);
}
