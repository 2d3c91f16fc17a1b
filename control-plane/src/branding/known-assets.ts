import { AppError } from '../platform/app-error.js';
import type { Tx } from '../platform/unit-of-work.js';
import { AssetsRepository } from './assets.repository.js';
import type { StoredBranding } from './branding.repository.js';
import { assetsOf } from './published-branding.js';

const slots = ['logo', 'favicon'] as const;
const assets = new AssetsRepository();

/** @throws AppError `unknown_asset` @param at where in the request's body the branding is */
export async function requireKnownAssets(
  tx: Tx,
  tenantId: string,
  spec: StoredBranding,
  at = '',
): Promise<void> {
  const named = assetsOf(spec);
  if (named.length === 0) return;
  const known = await assets.known(tx, tenantId, named);
  const errors = slots
    .filter((slot) => spec[slot] !== undefined && !known.has(spec[slot]))
    .map((slot) => ({ pointer: `${at}/${slot}`, message: 'is no picture that this tenant has uploaded' }));
  if (errors.length === 0) return;
  throw new AppError('not_allowed', 'unknown_asset', {
    publicMessage:
      'A picture is not there; upload it with PUT /v1/tenants/{id}/branding/assets/{slot} first.',
    errors,
  });
}
