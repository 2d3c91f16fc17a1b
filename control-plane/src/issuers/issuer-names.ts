import type { ControlPlaneSettings } from '../platform/tokens.js';

type Settings = Pick<ControlPlaneSettings, 'LEASEHOLD_ISSUER_URL' | 'LEASEHOLD_PORT'>;

/** The `iss` of a tenant's tokens: where its discovery document is, as those know it who verify. */
export function issuerUrl(settings: Settings, tenantId: string): string {
  const base = settings.LEASEHOLD_ISSUER_URL ?? `http://localhost:${settings.LEASEHOLD_PORT}`;
  return `${base.replace(/\/+$/, '')}/issuers/${tenantId}`;
}

export function jwksUrl(issuer: string): string {
  return `${issuer}/jwks.json`;
}
