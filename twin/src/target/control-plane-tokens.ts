import { loadIssuerKey } from '../identity/issuer-key.js';
import { controlPlaneAccount, TokenIssuer } from '../identity/service-account-token.js';

const lifetimeSeconds = 3_600;

/** Tokens of the control plane's own account by audience, each issued anew at half its life. */
export function controlPlaneTokens(dataDir: string): (audience: string) => Promise<string> {
  let issuer: Promise<TokenIssuer> | undefined;
  const held = new Map<string, { token: Promise<string>; renewAt: number }>();
  return (audience) => {
    const current = held.get(audience);
    if (current && Date.now() < current.renewAt) return current.token;
    issuer ??= loadIssuerKey(dataDir).then((key) => TokenIssuer.of(key));
    const token = issuer.then((of) => of.issue({ ...controlPlaneAccount, audience, lifetimeSeconds }));
    held.set(audience, { token, renewAt: Date.now() + lifetimeSeconds * 500 });
    token.catch(() => {
      issuer = undefined;
      held.delete(audience);
    });
    return token;
  };
}
