/** A gateway with a real emulator and a real Postgres, tenants with tokens, and what a test does to them. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newPrefix } from '@leasehold/tenant-data/prefix';
import { openTenantData, type TenantData } from '@leasehold/tenant-data';
import { setPlannedShare, testDatabase, type PlannedShare, type TestDatabase } from '@leasehold/test-support';
import { ensureTool } from '@leasehold/toolchain';
import pg from 'pg';
import { pino } from 'pino';
import { ownEmulator, type RunningEmulator } from '../backend/emulator.js';
import { startGateway, type Gateway, type GatewayOptions } from '../gateway.js';
import { TestIssuer } from './test-issuer.js';
import { until } from './until.js';

export const project = 'leasehold-twin';
export const instance = `projects/${project}/instances/local`;
export const counters = `${instance}/tables/counters`;

/** `c` keeps one version, `h` three, `k` all that a test writes. */
const families = [
  { id: 'c', gc: { maxVersions: 1 } },
  { id: 'h', gc: { maxVersions: 3 } },
  { id: 'k', gc: { maxVersions: 100_000 } },
];

export interface Tenant {
  readonly prefix: string;
  readonly namespace: string;
  readonly token: string;
  readonly data: TenantData;
}

export class GatewayUnderTest implements AsyncDisposable {
  gateway: Gateway | undefined;
  /** The emulator that was started last. */
  emulator: RunningEmulator | undefined;
  readonly #open: TenantData[] = [];
  #ports = { port: 0, adminPort: 0 };

  private constructor(
    readonly dir: string,
    readonly database: TestDatabase,
    readonly issuer: TestIssuer,
    private readonly options: GatewayOptions,
  ) {}

  /** Prepares everything and starts the gateway. */
  static async start(more: Partial<GatewayOptions> = {}): Promise<GatewayUnderTest> {
    const dir = await mkdtemp(join(tmpdir(), 'lh-gw-'));
    const database = await testDatabase();
    const jwksFile = join(dir, 'jwks.json');
    const issuer = await TestIssuer.create(jwksFile);
    const { path } = await ensureTool('bigtable-emulator');
    const under: GatewayUnderTest = new GatewayUnderTest(dir, database, issuer, {
      host: '127.0.0.1',
      port: 0,
      adminPort: 0,
      databaseUrl: database.gatewayUrl,
      jwksFile,
      logDir: join(dir, 'bigtable'),
      startEmulator: async (signal) => (under.emulator = await ownEmulator(path, join(dir, 'run'))(signal)),
      instance,
      tables: [{ table: 'counters', families }],
      logger: pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' }),
      ...more,
    });
    await under.restart();
    return under;
  }

  get port(): number {
    return this.gateway?.port ?? 0;
  }

  get endpoint(): string {
    return `127.0.0.1:${this.port}`;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.gateway?.adminPort ?? 0}`;
  }

  /** Stops the gateway if it runs, and starts it on the same folder and, the second time, on the same ports. */
  async restart(changes: Partial<Pick<GatewayOptions, 'migrations'>> = {}): Promise<void> {
    await this.stop();
    this.gateway = await startGateway({ ...this.options, ...this.#ports, ...changes });
    this.#ports = { port: this.gateway.port, adminPort: this.gateway.adminPort };
  }

  async stop(): Promise<void> {
    const gateway = this.gateway;
    await gateway?.close();
    this.gateway = undefined;
  }

  /** Kills the emulator with SIGKILL, and waits until the gateway has noticed and started another. */
  async killEmulator(): Promise<void> {
    const killed = this.emulator;
    if (killed?.pid === undefined) throw new Error('There is no emulator to kill.');
    process.kill(-killed.pid, 'SIGKILL');
    await until(() => this.emulator !== killed);
  }

  /** A tenant with a live prefix and a token of its pod. */
  async tenant(slug: string): Promise<Tenant> {
    const prefix = newPrefix(randomBytes);
    const namespace = `t-${slug}`;
    await this.sql(
      'insert into leasehold.row_key_prefixes (prefix, tenant_id, namespace, state) values ($1, $2, $3, $4)',
      [prefix, `ten_${slug}`, namespace, 'live'],
    );
    const token = await this.issuer.podToken(namespace);
    const tokenFile = join(this.dir, `${slug}.token`);
    await writeFile(tokenFile, token);
    const data = openTenantData({ endpoint: this.endpoint, tokenFile, prefix, project, instance: 'local' });
    this.#open.push(data);
    return { prefix, namespace, token, data };
  }

  /** Gives a tenant another plan, with this share. */
  setShare(slug: string, share: PlannedShare): Promise<void> {
    return setPlannedShare(this.database.ownerUrl, { tenantId: `ten_${slug}`, slug }, share);
  }

  logFiles(): Promise<string[]> {
    return readdir(this.options.logDir);
  }

  async sql(text: string, values: unknown[] = []): Promise<void> {
    const client = new pg.Client({ connectionString: this.database.ownerUrl });
    await client.connect();
    try {
      await client.query(text, values);
    } finally {
      await client.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#open.map((data) => data.close()));
    await this.stop();
    await this.database.drop();
    await rm(this.dir, { recursive: true, force: true });
  }
}
