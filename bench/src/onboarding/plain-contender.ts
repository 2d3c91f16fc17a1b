import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { roleUrl, type LoginRole } from '@leasehold/migrations';
import { repository, type Api, type Product } from '@leasehold/product-harness';
import {
  chartValues,
  kubernetesObject,
  namespaceOf,
  planTerms,
  securityPolicyName,
  tenantStackInput,
  type TenantStackInput,
} from '@leasehold/stacks';
import { programs } from '@leasehold/stacks/programs';
import { parseManifest, type TemplateManifest } from '@leasehold/template-manifest';
import { newPrefix } from '@leasehold/tenant-data/prefix';
import { ensureTool } from '@leasehold/toolchain';
import { startTwinProviders } from '@leasehold/twin/providers';
import { LocalWorkspace } from '@pulumi/pulumi/automation/index.js';
import { loadAll } from 'js-yaml';
import pg from 'pg';
import { z } from 'zod';
import type { Breakdown, Contender } from './contender.js';
import { firstPage } from './first-page.js';

const plan = z.looseObject({
  name: z.string(),
  replicas: z.unknown(),
  isolation: z.unknown(),
  quota: z.object({ cpu: z.string(), memory: z.string(), pods: z.number() }),
  rateLimit: z.looseObject({ requestsPerSecond: z.number() }).nullish(),
});
type Plan = z.output<typeof plan>;

interface Release {
  readonly image: string;
  readonly manifest: TemplateManifest;
}

/**
 * The plain way: the Automation API as its documentation shows it, `createStack` and `up` over a file backend, with the
 * same program, the same chart and the same providers. It keeps no ledger, publishes no branding and can be resumed by nobody.
 */
export class PlainContender implements Contender {
  readonly name = 'plain Automation API (createStack + up)';

  private constructor(
    private readonly product: Product,
    private readonly release: Release,
    private readonly plan: Plan,
    private readonly helm: string,
    private readonly folder: string,
    private readonly twin: { pool: pg.Pool; url: string },
    private readonly platform: pg.Pool,
  ) {}

  static async create(product: Product, api: Api): Promise<PlainContender> {
    const [helm, pulumi] = await Promise.all([ensureTool('helm'), ensureTool('pulumi')]);
    process.env['PATH'] = `${dirname(pulumi.path)}${delimiter}${process.env['PATH'] ?? ''}`;
    const folder = await mkdtemp(join(tmpdir(), 'lh-bench-'));
    const url = await databaseUrl(product, 'leasehold_twin');
    const platform = new pg.Pool({ connectionString: await databaseUrl(product, 'leasehold_platform') });
    const pool = new pg.Pool({ connectionString: url, max: 10 });
    return new PlainContender(
      product,
      await newestRelease(api),
      await freePlan(api),
      helm.path,
      folder,
      { pool, url },
      platform,
    );
  }

  async onboard(slug: string): Promise<Breakdown> {
    const times = new Stopwatch();
    const input = await this.input(slug);
    times.lap('helm');
    const providers = await startTwinProviders({
      databaseUrl: this.twin.url,
      pool: this.twin.pool,
      cell: 'local',
      runId: slug,
      log: { error: (details) => console.error(details) },
    });
    try {
      const stack = await LocalWorkspace.createStack(
        { stackName: slug, projectName: 'plain', program: () => programs.tenant.run(input) },
        {
          workDir: await mkdtemp(join(this.folder, 'work-')),
          projectSettings: { name: 'plain', runtime: 'nodejs', backend: { url: `file://${this.folder}` } },
          envVars: {
            PULUMI_CONFIG_PASSPHRASE: 'bench',
            PULUMI_DEBUG_PROVIDERS: providers.debugProviders,
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
            PULUMI_SKIP_UPDATE_CHECK: '1',
          },
        },
      );
      times.lap('createStack');
      await stack.up();
      times.lap('up');
    } finally {
      await providers.close();
    }
    await firstPage(this.product, slug);
    times.lap('first page');
    return () => Promise.resolve(times.laps);
  }

  async close(): Promise<void> {
    await this.twin.pool.end();
    await this.platform.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A workload is ready when the data gateway knows its namespace: that one row the plain way needs as well. */
  private async registerPrefix(slug: string): Promise<string> {
    const prefix = newPrefix(randomBytes);
    await this.platform.query(
      `insert into leasehold.row_key_prefixes (prefix, tenant_id, namespace, state) values ($1, $2, $3, 'live')`,
      [prefix, `plain_${slug}`, namespaceOf(slug)],
    );
    return prefix;
  }

  private async input(slug: string): Promise<TenantStackInput> {
    const tenant = {
      id: `plain_${slug}`,
      slug,
      displayName: `Bench ${slug}`,
      template: 'counter',
      release: this.release.manifest.version,
      plan: this.plan.name,
      rowKeyPrefix: await this.registerPrefix(slug),
      labels: {},
    };
    const cell = {
      name: 'local',
      environment: 'development',
      domain: 'localhost',
      gcpProject: 'leasehold-twin',
      gcpProjectNumber: '1',
      region: 'local',
      gatewayNamespace: 'leasehold-system',
      gatewayName: 'edge',
      bucket: 'leasehold-twin-local-branding',
      managedZone: 'localhost',
      certificateMap: 'leasehold-local',
      bigtableInstance: 'local',
      edgeAddresses: ['127.0.0.1'],
    };
    const values = chartValues({
      tenant,
      cell,
      image: this.release.image,
      manifest: this.release.manifest,
      parameters: {},
      secrets: {},
      telemetry: null,
      terms: planTerms.parse({ replicas: this.plan.replicas, isolation: this.plan.isolation }),
    });
    const yaml = await render(this.helm, namespaceOf(slug), values);
    return tenantStackInput.parse({
      tenant,
      cell,
      hostnames: [`${slug}.localhost`],
      workload: { objects: z.array(kubernetesObject).parse(loadAll(yaml)), digest: 'none' },
      securityPolicy: securityPolicyName(cell.name, this.plan.rateLimit?.requestsPerSecond ?? null),
      quota: this.plan.quota,
    });
  }
}

function render(helm: string, namespace: string, values: object): Promise<string> {
  const chart = join(repository, 'charts/tenant-app');
  return new Promise((resolve, reject) => {
    const child = execFile(
      helm,
      ['template', 'app', chart, '--namespace', namespace, '--values', '-'],
      (error, stdout) => (error ? reject(new Error(error.message)) : resolve(stdout)),
    );
    child.stdin?.end(JSON.stringify(values));
  });
}

async function newestRelease(api: Api): Promise<Release> {
  const { body } = await api.call('GET', '/v1/templates/counter/releases');
  const releases = z
    .object({ items: z.array(z.object({ image: z.string(), manifest: z.unknown() })) })
    .parse(body).items;
  const [newest] = releases;
  if (!newest) throw new Error('The product has no release of the template counter.');
  return { image: newest.image, manifest: parseManifest(newest.manifest) };
}

async function freePlan(api: Api): Promise<Plan> {
  return plan.parse((await api.call('GET', '/v1/plans/free')).body);
}

/** A role's way into the product's database; the file with the passwords is the launcher's. */
async function databaseUrl(product: Product, role: LoginRole): Promise<string> {
  const text = await readFile(join(product.dataDir, 'secrets/database.json'), 'utf8');
  const none = { leasehold_app: '', leasehold_platform: '', leasehold_gateway: '', leasehold_twin: '' };
  const passwords = z.object({ [role]: z.string() }).parse(JSON.parse(text));
  const sockets = encodeURIComponent(join(product.dataDir, 'postgres/socket'));
  return roleUrl(`postgresql://owner:none@/leasehold?host=${sockets}`, role, { ...none, ...passwords });
}

/** Milliseconds between one lap and the next. */
class Stopwatch {
  readonly laps: Record<string, number> = {};
  private last = performance.now();

  lap(name: string): void {
    const now = performance.now();
    this.laps[name] = now - this.last;
    this.last = now;
  }
}
