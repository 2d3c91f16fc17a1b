import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forkService, type Service } from '@leasehold/processes';
import { parseSettings } from '@leasehold/settings';
import type { WorkloadTelemetry } from '@leasehold/stacks';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { ensureTool } from '@leasehold/toolchain';
import { createTwinTarget, type TwinTarget } from '@leasehold/twin/target';
import { pino } from 'pino';
import { z } from 'zod';
import { ArchiveJobs } from '../../archives/archive-jobs.js';
import { MovesService } from '../../archives/moves.service.js';
import { MoveJobs } from '../../archives/move-jobs.js';
import { ArchivesService } from '../../archives/archives.service.js';
import { AuditService } from '../../audit/audit.service.js';
import { BrandingService } from '../../branding/branding.service.js';
import { CatalogService } from '../../catalog/catalog.service.js';
import { seededPlans } from '../../catalog/plans.seed.js';
import type { NewCell } from '../../cells/cell.schema.js';
import { CellsService } from '../../cells/cells.service.js';
import { CertificatesService } from '../../erasure/certificates.service.js';
import { ErasureSigner } from '../../erasure/erasure-signer.js';
import { Outbox } from '../../events/outbox.js';
import { buildEngine, type Engine } from '../../operations/engine.js';
import type { Operation } from '../../operations/operation.js';
import { isLive } from '../../operations/operation.js';
import { SagaRegistry, type Saga } from '../../operations/saga.js';
import { until } from '../../operations/testing/engine-bench.js';
import { closeDatabases, connectDatabases, type Databases } from '../../platform/database.js';
import { jsonObject } from '../../platform/json.js';
import { systemContext, type Ctx } from '../../platform/request-context.js';
import { UnitOfWork, type Tx } from '../../platform/unit-of-work.js';
import { LocalKeyEnvelope } from '../../pulumi-service/secrets/local-key-envelope.js';
import { PulumiService } from '../../pulumi-service/pulumi-service.js';
import { StackRunner } from '../../stack-runner/stack-runner.js';
import type { ControlPlaneSettings } from '../../platform/tokens.js';
import { twinPorts } from '../../targets/twin-ports.js';
import { TenantChanges } from '../../tenants/tenant-changes.js';
import { Onboarding } from '../../tenants/onboarding.js';
import { newTenantBody } from '../../tenants/tenant.schema.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { ChartRenderer } from '../chart-renderer.js';
import { provisioningSagas } from '../provisioning-sagas.js';
import { TenantFactsReader } from '../tenant-facts.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const root = here('../../../../');

const gatewayFacts = z.object({ port: z.number(), adminPort: z.number() });
const twinFacts = z.object({ edgePort: z.number(), dnsPort: z.number(), objectStorePort: z.number() });

export interface PlatformOptions {
  /** Changes a saga for a trial. */
  readonly saga?: (saga: Saga) => Saga;
  /** Where workloads send their traces. */
  readonly telemetry?: WorkloadTelemetry | null;
  /** Cells beside `local`, each with a twin and a data gateway of its own. */
  readonly cells?: readonly string[];
}

/** Everything below the API, for real: database, data gateway with its emulator, twin, Pulumi, Helm, engine. */
export class PlatformBench implements AsyncDisposable {
  private readonly closers: (() => Promise<unknown>)[] = [];
  dataDir!: string;
  db!: TestDatabase;
  databases!: Databases;
  uow!: UnitOfWork;
  ctx!: Ctx;
  target!: TwinTarget;
  /** Of every cell. */
  readonly targets = new Map<string, TwinTarget>();
  engine!: Engine;
  stacks!: StackRunner;
  tenants!: TenantsService;
  branding!: BrandingService;
  cells!: CellsService;
  onboarding!: Onboarding;
  changes!: TenantChanges;
  catalog!: CatalogService;
  archives!: ArchivesService;
  moves!: MovesService;
  certificates!: CertificatesService;
  private envelope!: LocalKeyEnvelope;
  private settings!: ControlPlaneSettings;

  static async open(options: PlatformOptions = {}): Promise<PlatformBench> {
    const bench = new PlatformBench();
    try {
      await bench.start(options);
    } catch (error) {
      await bench[Symbol.asyncDispose]();
      throw error;
    }
    return bench;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.closers.splice(0).reverse()) await close();
  }

  /** What a request does: one transaction. */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.uow.run(this.ctx, work);
  }

  onboard(slug: string, more: Record<string, unknown> = {}): Promise<Operation> {
    const wanted = newTenantBody.parse({ slug, displayName: `Client ${slug}`, template: 'counter', ...more });
    return this.run((tx) => this.onboarding.begin(this.ctx, tx, wanted));
  }

  ask(event: 'cancel' | 'resume' | 'rollback', id: string): Promise<Operation> {
    return this.run((tx) => this.engine.service[event](this.ctx, tx, id));
  }

  ended(id: string): Promise<Operation> {
    const probe = async (): Promise<Operation | undefined> => {
      const operation = await this.engine.service.get(this.ctx, id);
      return isLive(operation.state) ? undefined : operation;
    };
    return until(`operation ${id} to end`, probe, 90_000);
  }

  page(slug: string, path = '/') {
    return this.target.fetchThroughEdge(`${slug}.localhost`, path, { signal: AbortSignal.timeout(10_000) });
  }

  private async start(options: PlatformOptions): Promise<void> {
    const log = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
    this.ctx = systemContext('test', log);
    this.db = await testDatabase();
    this.closers.push(() => this.db.drop());
    const dataDir = await mkdtemp(join(tmpdir(), 'lh-plat-'));
    this.closers.push(() => rm(dataDir, { recursive: true, force: true }));
    this.dataDir = dataDir;
    const settings = await this.startCloud(dataDir, options.cells ?? []);
    this.databases = await connectDatabases({ app: this.db.appUrl, platform: this.db.platformUrl });
    this.closers.push(() => closeDatabases(this.databases));
    this.uow = new UnitOfWork(this.databases);
    this.settings = settings;
    this.target = this.connect('local');
    this.stacks = await this.startRunner(dataDir);
    const registry = new SagaRegistry();
    const outbox = new Outbox();
    const ground = { uow: this.uow, url: this.db.platformUrl, sagas: registry, outbox, log };
    this.engine = buildEngine(ground, { works: true });
    this.registerSagas(registry, settings, outbox, options);
    await this.engine.queue.start();
    this.closers.push(() => this.engine.queue.stop());
    await this.engine.worker.start();
    this.closers.push(() => this.engine.worker.stop());
    await this.seed(settings);
    for (const cell of options.cells ?? []) await this.addCell(cell);
  }

  private connect(cell: string): TwinTarget {
    const { settings } = this;
    const { edgePort, objectStorePort, gatewayAdminPort } = twinPorts(settings, cell);
    const target = createTwinTarget({
      cell,
      databaseUrl: this.db.twinUrl,
      dataDir: this.dataDir,
      objectStoreUrl: `http://127.0.0.1:${objectStorePort}`,
      gatewayAdminUrl: `http://127.0.0.1:${gatewayAdminPort}`,
      edgePort,
      dnsPort: settings.LEASEHOLD_DNS_PORT,
    });
    this.targets.set(cell, target);
    this.closers.push(() => target.close());
    return target;
  }

  private async startCloud(dataDir: string, more: readonly string[]) {
    const { gateway, twin } = await this.startCell('local', dataDir);
    const others: string[] = [];
    for (const cell of more) {
      const other = await this.startCell(cell, dataDir);
      const { edgePort, objectStorePort } = other.twin.facts;
      others.push([cell, edgePort, objectStorePort, other.gateway.facts.adminPort].join(':'));
    }
    return parseSettings('control-plane', {
      LEASEHOLD_DATA_DIR: dataDir,
      LEASEHOLD_APP_DATABASE_URL: this.db.appUrl,
      LEASEHOLD_PLATFORM_DATABASE_URL: this.db.platformUrl,
      LEASEHOLD_TWIN_DATABASE_URL: this.db.twinUrl,
      LEASEHOLD_EDGE_PORT: String(twin.facts.edgePort),
      LEASEHOLD_DNS_PORT: String(twin.facts.dnsPort),
      LEASEHOLD_OBJECT_STORE_PORT: String(twin.facts.objectStorePort),
      LEASEHOLD_GATEWAY_ADMIN_PORT: String(gateway.facts.adminPort),
      LEASEHOLD_MORE_CELLS: others.join(','),
      LEASEHOLD_CHARTS_DIR: join(root, 'charts'),
      LEASEHOLD_TEMPLATES_DIR: join(root, 'tenant-templates'),
    });
  }

  /** A cell's twin and data gateway. All twins have one data folder; each gateway has a log of its own. */
  private async startCell(cell: string, dataDir: string) {
    const common = { PATH: process.env['PATH'], LEASEHOLD_CELL: cell, LEASEHOLD_LOG_LEVEL: 'warn' };
    const gateway = await this.fork('data-gateway/dist/main.js', gatewayFacts, {
      ...common,
      LEASEHOLD_DATA_DIR: cell === 'local' ? dataDir : join(dataDir, cell),
      LEASEHOLD_GATEWAY_DATABASE_URL: this.db.gatewayUrl,
      LEASEHOLD_GATEWAY_JWKS: join(dataDir, 'twin', 'jwks.json'),
    });
    const twin = await this.fork('twin/dist/main.js', twinFacts, {
      ...common,
      LEASEHOLD_DATA_DIR: dataDir,
      LEASEHOLD_TWIN_DATABASE_URL: this.db.twinUrl,
      LEASEHOLD_EDGE_PORT: '0',
      LEASEHOLD_EDGE_TLS_PORT: '0',
      LEASEHOLD_DNS_PORT: '0',
      LEASEHOLD_GATEWAY_PORT: String(gateway.facts.port),
    });
    return { gateway, twin };
  }

  private async fork<F>(
    entry: string,
    facts: z.ZodType<F>,
    env: Record<string, string | undefined>,
  ): Promise<Service<F>> {
    const service = await forkService({
      entry: join(root, entry),
      env,
      parseFacts: (said) => facts.parse(said),
      onLine: (line) => {
        if (process.env['TEST_LOG_LEVEL']) process.stderr.write(`${entry}: ${line}\n`);
      },
    });
    this.closers.push(() => service.stop());
    return service;
  }

  private async startRunner(dataDir: string): Promise<StackRunner> {
    this.envelope = await LocalKeyEnvelope.open(join(dataDir, 'secrets', 'state.key'));
    const stacks = new StackRunner(
      new PulumiService(this.databases.platform, this.envelope),
      {
        pulumi: async () => (await ensureTool('pulumi')).path,
        dataDir,
        poolSize: 2,
        childEntry: join(root, 'control-plane/dist/stack-runner/child/main.js'),
        childModules: { programs: '@leasehold/stacks/programs', providers: '@leasehold/twin/providers' },
        providersDatabaseUrl: this.db.twinUrl,
      },
      this.ctx.log,
    );
    await stacks.start();
    this.closers.push(() => stacks.stop());
    return stacks;
  }

  private registerSagas(
    registry: SagaRegistry,
    settings: ReturnType<typeof parseSettings<'control-plane'>>,
    outbox: Outbox,
    { saga = (same) => same, telemetry = null }: PlatformOptions,
  ): void {
    const { uow, engine, databases, stacks } = this;
    const targets = { of: (cell: string) => this.targets.get(cell) ?? this.target };
    const audit = new AuditService(uow);
    const catalog = new CatalogService(uow, audit, settings);
    this.cells = new CellsService(uow, audit, engine.service);
    this.branding = new BrandingService(uow, audit, outbox, this.cells, targets, databases);
    this.tenants = new TenantsService(uow, engine.service, audit, outbox, settings);
    this.onboarding = new Onboarding(catalog, this.cells, this.branding, engine.service, audit, outbox);
    this.changes = new TenantChanges(
      this.tenants,
      catalog,
      this.cells,
      this.branding,
      engine.service,
      audit,
      outbox,
    );
    const facts = new TenantFactsReader(uow, this.tenants, catalog, this.cells, telemetry);
    const charts = new ChartRenderer(
      async () => (await ensureTool('helm')).path,
      join(root, 'charts/tenant-app'),
    );
    const { tenants, cells, branding } = this;
    const holdingPageImage = join(root, 'tenant-templates/holding-page/dist/page-image');
    const archives = new ArchiveJobs(uow, cells, targets);
    this.archives = new ArchivesService(uow, tenants, cells, engine.service, audit, targets);
    const signer = new ErasureSigner(this.envelope);
    this.certificates = new CertificatesService(uow, tenants, signer);
    this.moves = new MovesService(tenants, cells, engine.service, audit, outbox);
    const sagas = provisioningSagas({
      uow,
      tenants,
      cells,
      branding,
      archives,
      moves: new MoveJobs(uow, cells, targets),
      certificates: this.certificates,
      stacks,
      targets,
      facts,
      catalog,
      charts,
      holdingPageImage,
    });
    registry.register(...sagas.map((each) => saga(each)));
    this.catalog = catalog;
  }

  /** Plans, the template and a ready cell. */
  private async seed(settings: ReturnType<typeof parseSettings<'control-plane'>>): Promise<void> {
    const image = join(settings.LEASEHOLD_TEMPLATES_DIR, 'counter/dist/image');
    const manifest = jsonObject.parse(JSON.parse(await readFile(join(image, 'template.json'), 'utf8')));
    const { reference } = await this.target.pushImage(image);
    const operation = await this.run(async (tx) => {
      for (const plan of seededPlans) await this.catalog.addPlan(this.ctx, tx, plan);
      await this.catalog.addTemplate(this.ctx, tx, {
        name: 'counter',
        displayName: 'Counter',
        description: 'Numbers.',
      });
      await this.catalog.addRelease(this.ctx, tx, 'counter', {
        version: z.string().parse(manifest['version']),
        image: reference,
        manifest,
      });
      return this.cells.add(this.ctx, tx, newCell('local'));
    });
    await this.ready(operation);
  }

  /** One more cell; without a twin of its own nothing runs in it. */
  async addCell(name: string): Promise<void> {
    this.connect(name);
    await this.ready(await this.run((tx) => this.cells.add(this.ctx, tx, newCell(name))));
  }

  private async ready({ id }: Operation): Promise<void> {
    const ended = await this.ended(id);
    if (ended.state !== 'succeeded') throw new Error(`The cell is not ready: ${JSON.stringify(ended.error)}`);
  }
}

function newCell(name: string): NewCell {
  return {
    name,
    environment: 'development',
    region: 'local',
    target: 'twin',
    domain: 'localhost',
    capacity: 1000,
  };
}
