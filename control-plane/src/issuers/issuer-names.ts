import { publicUrl, type PublicUrlSettings } from '../platform/public-url.js';

/** The `iss` of a tenant's tokens: where its discovery document is, as those know it who verify. */
export function issuerUrl(settings: PublicUrlSettings, tenantId: string): string {
  return `${publicUrl(settings)}/issuers/${tenantId}`;
}

export function jwksUrl(issuer: string): string {
  return `${issuer}/jwks.json`;
}
