import { fontStacks } from './fonts.js';
import type { StoredBranding } from './branding.repository.js';

/** What the client's pods read: everything that they show, and who writes to their users. */
export interface PublishedBranding extends Omit<StoredBranding, 'font'> {
  readonly revision: number;
  /** Families instead of the list's name: a pod needs not to know the list. */
  readonly fontFamily?: string;
}

/** @param revision 0 for a draft, which has none */
export function publishedBranding({ font, ...spec }: StoredBranding, revision: number): PublishedBranding {
  return { revision, ...spec, ...(font === undefined ? {} : { fontFamily: fontStacks[font] }) };
}

/** The pictures that a branding shows. */
export function assetsOf({ logo, favicon }: StoredBranding): string[] {
  return [...new Set([logo, favicon].filter((name) => name !== undefined))];
}

/** Headers with which a picture is served: even opened on its own it runs nothing and asks for nothing. */
export const assetHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, max-age=31536000, immutable',
};
