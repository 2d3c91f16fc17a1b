import type { TemplateManifest } from '@leasehold/template-manifest';

/** A tenant of the suite. */
export interface Tenant {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly home: string;
  readonly tokenFile: string;
  readonly prefix: string;
  readonly brandingUrl: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** A token of one of its users, by its issuer. */
  readonly userToken: string;
  readonly secretsFolder: string | undefined;
}

export interface Addresses {
  readonly port: number;
  /** Ports of the manifest beside `http`, by their names. */
  readonly otherPorts: ReadonlyMap<string, number>;
  readonly gatewayPort: number;
  readonly issuerUrl: string;
  readonly jwksUrl: string;
}

/** The environment that docs/templates.md names, and no variable more. */
export function podEnvironment(
  tenant: Tenant,
  manifest: TemplateManifest,
  addresses: Addresses,
): Record<string, string> {
  const otherPorts = [...addresses.otherPorts].map(
    ([name, port]) => [portVariable(name), String(port)] as const,
  );
  return {
    PORT: String(addresses.port),
    ...Object.fromEntries(otherPorts),
    TENANT_ID: tenant.id,
    TENANT_SLUG: tenant.slug,
    TENANT_NAME: tenant.name,
    TEMPLATE: manifest.name,
    RELEASE: manifest.version,
    POD_NAME: `app-${tenant.slug}`,
    ROW_KEY_PREFIX: tenant.prefix,
    BIGTABLE_PROJECT: 'conformance',
    BIGTABLE_INSTANCE: 'local',
    DATA_GATEWAY_ENDPOINT: `127.0.0.1:${addresses.gatewayPort}`,
    DATA_GATEWAY_TOKEN_FILE: tenant.tokenFile,
    BRANDING_URL: tenant.brandingUrl,
    BRANDING_TOKEN_FILE: tenant.tokenFile,
    AUTH_ISSUER: addresses.issuerUrl,
    AUTH_JWKS_URL: addresses.jwksUrl,
    AUTH_AUDIENCE: tenant.id,
    PARAMETERS: JSON.stringify(tenant.parameters),
    ...(tenant.secretsFolder === undefined ? {} : { SECRETS_DIR: tenant.secretsFolder }),
    LOG_LEVEL: 'info',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: tenant.home,
  };
}

/** As the platform names it: GRPC_PORT for a port named `grpc`. */
export function portVariable(name: string): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
}
