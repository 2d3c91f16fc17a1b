/** The platform around a template's pods: the real data gateway over the real emulator, an object store, an issuer. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownEmulator, startGateway, type Gateway, type LivePrefix } from '@leasehold/data-gateway';
import type { TemplateManifest } from '@leasehold/template-manifest';
import { ensureTool } from '@leasehold/toolchain';
import { pino } from 'pino';
import { EmulatorSwitch } from './emulator-switch.js';
import { GatewayLink } from './gateway-link.js';
import { Issuer } from './issuer.js';
import { KnownPrefixes } from './known-prefixes.js';
import { podEnvironment, type Tenant } from './pod-environment.js';
import { TenantObjects, type PublishedBranding } from './tenant-objects.js';

export interface GroundOptions {
  /** Receives a line for people when something takes time. */
  readonly onProgress?: (line: string) => void;
  /** After so long without any answer (ms) the data gateway gives its emulator up; the gateway's own patience when left out. */
  readonly silenceMs?: number;
}

interface Parts {
  readonly folder: string;
  readonly gateway: Gateway;
  readonly emulator: EmulatorSwitch;
  readonly link: GatewayLink;
  readonly issuer: Issuer;
  readonly prefixes: KnownPrefixes;
  readonly objects: TenantObjects;
}

export class Ground implements AsyncDisposable {
  private tenants = 0;

  private constructor(private readonly parts: Parts) {}

  /**
   * @param manifests of the templates whose pods will run here.
   * @throws ToolUnavailableError when the emulator cannot be had.
   */
  static async open(
    manifests: readonly TemplateManifest[],
    { onProgress, silenceMs }: GroundOptions = {},
  ): Promise<Ground> {
    const tool = await ensureTool('bigtable-emulator', onProgress ? { onProgress } : {});
    const folder = await mkdtemp(join(tmpdir(), 'lh-conf-'));
    const issuer = await Issuer.create();
    const prefixes = new KnownPrefixes();
    const jwksFile = join(folder, 'jwks.json');
    await writeFile(jwksFile, JSON.stringify(issuer.jwks));
    const emulator = new EmulatorSwitch(ownEmulator(tool.path, join(folder, 'run')));
    const gateway = await startGateway({
      host: '127.0.0.1',
      port: 0,
      adminPort: 0,
      prefixes,
      jwksFile,
      logDir: join(folder, 'bigtable'),
      startEmulator: emulator.startEmulator,
      instance: 'projects/conformance/instances/local',
      tables: manifests.flatMap(tablesOf),
      logger: pino({ level: 'silent' }),
      ...(silenceMs === undefined ? {} : { silenceMs }),
    });
    const link = await GatewayLink.open(gateway.port);
    const objects = await TenantObjects.open(issuer.jwks);
    return new Ground({ folder, gateway, emulator, link, issuer, prefixes, objects });
  }

  get link(): GatewayLink {
    return this.parts.link;
  }

  /** Bigtable behind the gateway. */
  get emulator(): EmulatorSwitch {
    return this.parts.emulator;
  }

  /** Where the gateway answers the control plane. */
  get adminUrl(): string {
    return `http://127.0.0.1:${this.parts.gateway.adminPort}`;
  }

  /** The share of the gateway that every tenant has from now on; the gateway's own when left out. */
  limit(share?: LivePrefix['share']): void {
    this.parts.prefixes.limit(share);
  }

  /** A tenant of its own, with nothing stored. */
  async newTenant(
    manifest: TemplateManifest,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<Tenant> {
    const { folder, issuer, prefixes, objects } = this.parts;
    this.tenants += 1;
    const slug = `client-${this.tenants}`;
    const id = `ten_${slug}`;
    const home = join(folder, slug);
    await mkdir(home);
    const token = await issuer.podToken(`t-${slug}`);
    await writeFile(join(home, 'token'), token);
    const secretsFolder = await writeSecrets(manifest, home);
    const roles = manifest.conformance?.roles ?? [];
    return {
      ...{ id, slug, home, tokenFile: join(home, 'token'), secretsFolder },
      name: `Client ${this.tenants} & Söhne`,
      prefix: prefixes.add(`t-${slug}`, id),
      brandingUrl: objects.add(slug, token),
      parameters: { ...manifest.conformance?.parameters, ...parameters },
      userToken: await issuer.userToken(objects.issuerUrl, id, roles),
    };
  }

  /** The documented environment of a pod of the tenant, and nothing more. */
  environment(
    manifest: TemplateManifest,
    tenant: Tenant,
    port: number,
    otherPorts: ReadonlyMap<string, number>,
  ): Record<string, string> {
    const { link, objects } = this.parts;
    const { issuerUrl, jwksUrl } = objects;
    return podEnvironment(tenant, manifest, {
      port,
      otherPorts,
      gatewayPort: link.port,
      issuerUrl,
      jwksUrl,
    });
  }

  /** A token of a user of the tenant with these roles. */
  userToken({ id }: Tenant, roles: readonly string[]): Promise<string> {
    const { issuer, objects } = this.parts;
    return issuer.userToken(objects.issuerUrl, id, roles);
  }

  publish(tenant: Tenant, branding: PublishedBranding): void {
    this.parts.objects.publish(tenant.brandingUrl, branding);
  }

  /** How many calls the gateway has refused because they asked for rows of another tenant. */
  async refusedCalls(): Promise<number> {
    const response = await fetch(`${this.adminUrl}/metrics`);
    const permissionDenied = /^leasehold_gateway_calls_total\{[^}]*status="7"[^}]*\} (\d+)$/gm;
    const counts = [...(await response.text()).matchAll(permissionDenied)].map(([, count]) => Number(count));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { link, objects, gateway, folder } = this.parts;
    objects.close();
    await link.cut();
    await gateway.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeSecrets(manifest: TemplateManifest, home: string): Promise<string | undefined> {
  const names = manifest.secrets ?? [];
  if (names.length === 0) return undefined;
  const folder = join(home, 'secrets');
  await mkdir(folder);
  for (const name of names) await writeFile(join(folder, name), 'conformance');
  return folder;
}

/** The template's own tables; which version a cell keeps is the platform's business. */
function tablesOf({ dataClasses }: TemplateManifest) {
  return dataClasses.map(({ table, families }) => ({
    table,
    families: families.map((id) => ({ id, gc: { maxVersions: 1 } })),
  }));
}
