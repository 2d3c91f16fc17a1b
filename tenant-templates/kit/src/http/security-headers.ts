/**
 * Headers of every answer. The page's own policy adds the hash of its one inline style sheet; nothing inline may run.
 * https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/** The policy of the branded page: own scripts and styles, requests to its own origin, and one style sheet by its hash. */
export function pagePolicy(styleSha256: string, emptyIcon: boolean): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'sha256-${styleSha256}'`,
    "connect-src 'self'",
    // An icon of no bytes keeps browsers from asking for one.
    emptyIcon ? "img-src 'self' data:" : "img-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
