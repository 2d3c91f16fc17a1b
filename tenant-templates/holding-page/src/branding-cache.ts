import {
  BrandingAssets,
  BrandingSource,
  defaultBranding,
  fetchAsset,
  fetchBranding,
  type Branding,
  type Logger,
} from '@leasehold/tenant-kit';
import type { HoldingConfig } from './holding-config.js';

/** A cell's clients are suspended by the hundred at most; beyond this the one that was asked for longest ago is forgotten. */
const mostTenants = 1_000;
/** Pictures are large: those of fewer clients are kept. */
const mostPictured = 10;

/** The branding of each client whose page was asked for lately. */
export class BrandingCache {
  private readonly sources = new Map<string, BrandingSource>();
  private readonly pictured = new Map<string, BrandingAssets>();

  constructor(
    private readonly config: Pick<HoldingConfig, 'brandingUrl' | 'tokenFile'>,
    private readonly logger: Logger,
  ) {}

  async of(tenantId: string): Promise<Branding> {
    const source = this.sources.get(tenantId) ?? this.open(tenantId);
    this.sources.delete(tenantId);
    this.sources.set(tenantId, source);
    forgetOldest(this.sources, mostTenants);
    return source.forPage();
  }

  /** The pictures of a client's branding. */
  picturesOf(tenantId: string): BrandingAssets {
    const place = this.place(tenantId);
    const pictures =
      this.pictured.get(tenantId) ?? new BrandingAssets((name) => fetchAsset(place, name), this.logger);
    this.pictured.delete(tenantId);
    this.pictured.set(tenantId, pictures);
    forgetOldest(this.pictured, mostPictured);
    return pictures;
  }

  private open(tenantId: string): BrandingSource {
    const place = this.place(tenantId);
    const nameless = defaultBranding('This page');
    return new BrandingSource(nameless, (etag) => fetchBranding(place, etag), this.logger);
  }

  private place(tenantId: string): { url: string; tokenFile: string } {
    const { brandingUrl, tokenFile } = this.config;
    return { url: brandingUrl(tenantId), tokenFile };
  }
}

function forgetOldest(kept: Map<string, unknown>, most: number): void {
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}
