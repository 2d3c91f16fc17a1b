import type { ControlPlaneSettings } from './tokens.js';

export type PublicUrlSettings = Pick<ControlPlaneSettings, 'LEASEHOLD_ISSUER_URL' | 'LEASEHOLD_PORT'>;

/** How others reach the API, without a slash at its end. */
export function publicUrl(settings: PublicUrlSettings): string {
  const base = settings.LEASEHOLD_ISSUER_URL ?? `http://localhost:${settings.LEASEHOLD_PORT}`;
  return base.replace(/\/+$/, '');
}
