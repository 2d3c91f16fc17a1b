import * as z from 'zod/mini';

/** Stands in the branding's URL where a tenant's id belongs. */
export const tenantPlaceholder = 'TENANT_ID';

const environment = z.object({
  PORT: z.coerce.number().check(z.int(), z.minimum(0), z.maximum(65535)),
  BRANDING_URL: z.url({ protocol: /^https?$/ }).check(z.includes(tenantPlaceholder)),
  BRANDING_TOKEN_FILE: z.string().check(z.minLength(1)),
});

export interface HoldingConfig {
  readonly port: number;
  /** Undefined is every address. */
  readonly host: string | undefined;
  readonly brandingUrl: (tenantId: string) => string;
  readonly tokenFile: string;
}

/** @throws ZodError naming the variables that do not fit. */
export function parseHoldingConfig(env: NodeJS.ProcessEnv): HoldingConfig {
  const { PORT, BRANDING_URL, BRANDING_TOKEN_FILE } = environment.parse(env);
  return {
    port: PORT,
    host: listenAddress(BRANDING_URL),
    brandingUrl: (tenantId) => BRANDING_URL.replaceAll(tenantPlaceholder, encodeURIComponent(tenantId)),
    tokenFile: BRANDING_TOKEN_FILE,
  };
}

/** An object store on loopback means one machine that people share: then the page must not be reachable past the edge. */
function listenAddress(url: string): string | undefined {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(hostname) ? '127.0.0.1' : undefined;
}
