/** What a pod needs around it: the real data gateway over the real emulator, and an object store with one object. */
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownEmulator, startGateway, type Gateway, type GatewayOptions } from '@leasehold/data-gateway';
import { newPrefix } from '@leasehold/tenant-data/prefix';
import { readTableDefinitions } from '@leasehold/tenant-data/tables';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { ensureTool } from '@leasehold/toolchain';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import pg from 'pg';
import { pino } from 'pino';

const tablesFile = new URL('../../../../migrations/bigtable/tables.json', import.meta.url);
const brandingPath = '/branding/current.json';

export class PlatformUnderTest implements AsyncDisposable {
  branding: object | undefined;
  private gateway: Gateway | undefined;

  private constructor(
    readonly dir: string,
    private readonly database: TestDatabase,
    private readonly key: CryptoKey,
    private readonly objectStore: Server,
    private readonly options: GatewayOptions,
  ) {}

  static async start(): Promise<PlatformUnderTest> {
    const dir = await mkdtemp(join(tmpdir(), 'lh-counter-'));
    const database = await testDatabase();
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwksFile = join(dir, 'jwks.json');
    await writeFile(
      jwksFile,
      JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256' }] }),
    );
    const { path } = await ensureTool('bigtable-emulator');
    const objectStore = createServer((request, response) => {
      const { branding } = platform;
      response.statusCode = request.url === brandingPath && branding !== undefined ? 200 : 404;
      response.end(JSON.stringify(branding ?? {}));
    });
    await new Promise<void>((resolve) => objectStore.listen(0, '127.0.0.1', resolve));
    const platform: PlatformUnderTest = new PlatformUnderTest(dir, database, privateKey, objectStore, {
      host: '127.0.0.1',
      port: 0,
      adminPort: 0,
      databaseUrl: database.gatewayUrl,
      jwksFile,
      logDir: join(dir, 'bigtable'),
      startEmulator: ownEmulator(path, join(dir, 'run')),
      instance: 'projects/leasehold-twin/instances/local',
      tables: await readTableDefinitions(tablesFile),
      logger: pino({ level: 'silent' }),
    });
    await platform.startGateway();
    return platform;
  }

  /** Starts the gateway; again on its earlier port. */
  async startGateway(): Promise<void> {
    this.gateway = await startGateway(this.options);
    Object.assign(this.options, { port: this.gateway.port });
  }

  async stopGateway(): Promise<void> {
    await this.gateway?.close();
  }

  /** A tenant with a row-key prefix of its own; the documented environment of its pods, and nothing more. */
  async tenant(slug: string, parameters: object = {}): Promise<Record<string, string>> {
    const prefix = newPrefix(randomBytes);
    await this.registerPrefix(prefix, slug);
    const tokenFile = join(this.dir, `${slug}.token`);
    await writeFile(tokenFile, await this.podToken(`t-${slug}`));
    const address = this.objectStore.address();
    return {
      PORT: '0',
      TENANT_ID: `ten_${slug}`,
      TENANT_SLUG: slug,
      TENANT_NAME: `Client ${slug}`,
      TEMPLATE: 'counter',
      RELEASE: '1.0.0',
      ROW_KEY_PREFIX: prefix,
      BIGTABLE_PROJECT: 'leasehold-twin',
      BIGTABLE_INSTANCE: 'local',
      DATA_GATEWAY_ENDPOINT: `127.0.0.1:${this.gateway?.port ?? 0}`,
      DATA_GATEWAY_TOKEN_FILE: tokenFile,
      BRANDING_URL: `http://127.0.0.1:${portOf(address)}${brandingPath}`,
      BRANDING_TOKEN_FILE: tokenFile,
      PARAMETERS: JSON.stringify(parameters),
      LOG_LEVEL: 'info',
      POD_NAME: `app-${slug}`,
      PATH: '/usr/bin:/bin',
      HOME: this.dir,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.objectStore.close();
    await this.stopGateway();
    await this.database.drop();
    await rm(this.dir, { recursive: true, force: true });
  }

  private async registerPrefix(prefix: string, slug: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.database.ownerUrl });
    await client.connect();
    try {
      const sql = `insert into leasehold.row_key_prefixes (prefix, tenant_id, namespace, state) values ($1, $2, $3, 'live')`;
      await client.query(sql, [prefix, `ten_${slug}`, `t-${slug}`]);
    } finally {
      await client.end();
    }
  }

  private podToken(namespace: string): Promise<string> {
    return new SignJWT({ 'kubernetes.io': { namespace } })
      .setProtectedHeader({ alg: 'ES256', kid: '1' })
      .setIssuer('https://twin.leasehold.local')
      .setSubject(`system:serviceaccount:${namespace}:app`)
      .setAudience('data-gateway')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(this.key);
  }
}

function portOf(address: string | AddressInfo | null): number {
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('The object store of the test does not listen.');
}
