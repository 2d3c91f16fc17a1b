import {
  BrandingSource,
  defaultBranding,
  fetchBranding,
  type Branding,
  type Logger,
} from '@leasehold/tenant-kit';
import type { HoldingConfig } from './holding-config.js';

/** A cell's clients are suspended by the hundred at most; beyond this the one that was asked for longest ago is forgotten. */
const mostTenants = 1_000;

/** The branding of each client whose page was asked for lately. */
export class BrandingCache {
  private readonly sources = new Map<string, BrandingSource>();

  constructor(
    private readonly config: Pick<HoldingConfig, 'brandingUrl' | 'tokenFile'>,
    private readonly logger: Logger,
  ) {}

  async of(tenantId: string): Promise<Branding> {
    const source = this.sources.get(tenantId) ?? this.open(tenantId);
    this.sources.delete(tenantId);
    this.sources.set(tenantId, source);
    const [oldest] = this.sources.keys();
    if (this.sources.size > mostTenants && oldest !== undefined) this.sources.delete(oldest);
    return source.forPage();
  }

  private open(tenantId: string): BrandingSource {
    const { brandingUrl, tokenFile } = this.config;
    const place = { url: brandingUrl(tenantId), tokenFile };
    const nameless = defaultBranding('This page');
    return new BrandingSource(nameless, (etag) => fetchBranding(place, etag), this.logger);
  }
}
