/**
 * What a template's pod needs around it: the real data gateway over the real emulator, an issuer of tokens, and an object
 * store with the branding.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  ownEmulator,
  startGateway,
  type Gateway,
  type GatewayOptions,
  type StartEmulator,
} from '@leasehold/data-gateway';
import { newPrefix } from '@leasehold/tenant-data/prefix';
import { readTableDefinitions } from '@leasehold/tenant-data/tables';
import { loadManifest } from '@leasehold/template-manifest';
import { setPlannedShare, testDatabase, type PlannedShare, type TestDatabase } from '@leasehold/test-support';
import { ensureTool } from '@leasehold/toolchain';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import pg from 'pg';
import { pino } from 'pino';
import * as z from 'zod/mini';
import { ObjectStore } from './object-store.js';
import { TestIssuer } from './test-issuer.js';

const tablesFile = new URL('../../../../migrations/bigtable/tables.json', import.meta.url);

const usageAnswer = z.object({ hours: z.array(z.object({ prefix: z.string(), tokens: z.number() })) });

interface Parts {
  dir: string;
  image: string;
  template: string;
  database: TestDatabase;
  podKey: CryptoKey;
  objects: ObjectStore;
  issuer: TestIssuer;
  options: Omit<Extract<GatewayOptions, { databaseUrl: string }>, 'startEmulator'>;
  startEmulator: StartEmulator;
}

export class PlatformUnderTest implements AsyncDisposable {
  private gateway: Gateway | undefined;
  private gatewayPort = 0;
  private emulator: Awaited<ReturnType<StartEmulator>> | undefined;

  private constructor(private readonly parts: Parts) {}

  /** Builds the image of a template's folder, and starts everything that its pods need. */
  static async start(template: URL): Promise<PlatformUnderTest> {
    const dir = await mkdtemp(join(tmpdir(), 'lh-tpl-'));
    const image = join(dir, 'image');
    const folder = fileURLToPath(template);
    await promisify(execFile)(process.execPath, [join(folder, 'build-image.mjs'), image]);
    const database = await testDatabase();
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256' };
    const jwksFile = join(dir, 'jwks.json');
    await writeFile(jwksFile, JSON.stringify({ keys: [jwk] }));
    const { path } = await ensureTool('bigtable-emulator');
    const platform = new PlatformUnderTest({
      dir,
      image,
      template: (await loadManifest(folder)).name,
      database,
      podKey: privateKey,
      objects: await ObjectStore.start(),
      issuer: await TestIssuer.start(),
      startEmulator: ownEmulator(path, join(dir, 'run')),
      options: {
        host: '127.0.0.1',
        port: 0,
        adminPort: 0,
        databaseUrl: database.gatewayUrl,
        jwksFile,
        logDir: join(dir, 'bigtable'),
        instance: 'projects/leasehold-twin/instances/local',
        tables: await readTableDefinitions(tablesFile),
        logger: pino({ level: 'silent' }),
      },
    });
    await platform.startGateway();
    return platform;
  }

  /** A folder of the test's own, removed with the platform. */
  get dir(): string {
    return this.parts.dir;
  }

  /** The folder of the template's built image. */
  get image(): string {
    return this.parts.image;
  }

  /** Issues the tokens of all tenants; the audience is the tenant's id, `ten_<slug>`. */
  get issuer(): TestIssuer {
    return this.parts.issuer;
  }

  /** Objects beside the branding, by their names. */
  get objects(): Map<string, string> {
    return this.parts.objects.objects;
  }

  set branding(branding: object | undefined) {
    if (branding === undefined) this.objects.delete('current.json');
    else this.objects.set('current.json', JSON.stringify(branding));
  }

  /** A token of a user of a tenant. */
  token(slug: string, subject: string, roles: readonly string[] = ['user']): Promise<string> {
    return this.issuer.token({ audience: `ten_${slug}`, subject, roles });
  }

  /** Starts the gateway; again on its earlier port. */
  async startGateway(): Promise<void> {
    const { options, startEmulator } = this.parts;
    this.gateway = await startGateway({
      ...options,
      port: this.gatewayPort,
      startEmulator: async (signal) => (this.emulator = await startEmulator(signal)),
    });
    this.gatewayPort = this.gateway.port;
  }

  async stopGateway(): Promise<void> {
    await this.gateway?.close();
    this.gateway = undefined;
  }

  /** SIGKILL for Bigtable: the gateway starts another and replays its log; calls under way have an unknown outcome. */
  killEmulator(): void {
    const pid = this.emulator?.pid;
    if (pid === undefined) throw new Error('There is no emulator to kill.');
    process.kill(-pid, 'SIGKILL');
  }

  /** A tenant with a row-key prefix of its own; the documented environment of its pods, and nothing more. */
  async tenant(slug: string, parameters: object = {}): Promise<Record<string, string>> {
    const { dir, template, objects, issuer } = this.parts;
    const prefix = newPrefix(randomBytes);
    await this.registerPrefix(prefix, slug);
    const tokenFile = join(dir, `${slug}.token`);
    await writeFile(tokenFile, await this.podToken(`t-${slug}`));
    return {
      PORT: '0',
      TENANT_ID: `ten_${slug}`,
      TENANT_SLUG: slug,
      TENANT_NAME: `Client ${slug}`,
      TEMPLATE: template,
      RELEASE: '1.0.0',
      ROW_KEY_PREFIX: prefix,
      BIGTABLE_PROJECT: 'leasehold-twin',
      BIGTABLE_INSTANCE: 'local',
      DATA_GATEWAY_ENDPOINT: `127.0.0.1:${this.gatewayPort}`,
      DATA_GATEWAY_TOKEN_FILE: tokenFile,
      BRANDING_URL: objects.url,
      BRANDING_TOKEN_FILE: tokenFile,
      ...issuer.environment(`ten_${slug}`),
      PARAMETERS: JSON.stringify(parameters),
      LOG_LEVEL: 'info',
      POD_NAME: `app-${slug}`,
      PATH: '/usr/bin:/bin',
      HOME: dir,
    };
  }

  /** Tokens that the gateway has metered for a prefix. */
  async meteredTokens(prefix: string): Promise<number> {
    const token = await this.gatewayToken('system:serviceaccount:leasehold-system:control-plane');
    const answer = await fetch(`http://127.0.0.1:${this.gateway?.adminPort ?? 0}/admin/v1/usage`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { hours } = usageAnswer.parse(await answer.json());
    return hours.filter((hour) => hour.prefix === prefix).reduce((sum, { tokens }) => sum + tokens, 0);
  }

  /** Gives a tenant another plan, with this share of the data gateway. */
  setShare(slug: string, share: PlannedShare): Promise<void> {
    return setPlannedShare(this.parts.database.ownerUrl, { tenantId: `ten_${slug}`, slug }, share);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { objects, issuer, database, dir } = this.parts;
    await objects[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
    await this.stopGateway();
    await database.drop();
    await rm(dir, { recursive: true, force: true });
  }

  private async registerPrefix(prefix: string, slug: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.parts.database.ownerUrl });
    await client.connect();
    try {
      const sql = `insert into leasehold.row_key_prefixes (prefix, tenant_id, namespace, state) values ($1, $2, $3, 'live')`;
      await client.query(sql, [prefix, `ten_${slug}`, `t-${slug}`]);
    } finally {
      await client.end();
    }
  }

  private podToken(namespace: string): Promise<string> {
    return this.gatewayToken(`system:serviceaccount:${namespace}:app`, { 'kubernetes.io': { namespace } });
  }

  private gatewayToken(subject: string, claims: JWTPayload = {}): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: '1' })
      .setIssuer('https://twin.leasehold.local')
      .setSubject(subject)
      .setAudience('data-gateway')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(this.parts.podKey);
  }
}
