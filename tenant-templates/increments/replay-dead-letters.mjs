/**
 * Tries the dead letters of a tenant again: `LEASEHOLD_TOKEN=... node replay-dead-letters.mjs https://acme.example.com`.
 * The token is one of the tenant's issuer with the role `admin`. Exits 1 when the service refuses.
 */
const [url] = process.argv.slice(2);
const token = process.env.LEASEHOLD_TOKEN;
if (url === undefined || token === undefined) {
  console.error('Give the URL of the tenant, and a token with the role admin in LEASEHOLD_TOKEN.');
  process.exit(2);
}
const response = await fetch(new URL('/v1/dead-letters:replay', url), {
  method: 'POST',
  headers: { authorization: `Bearer ${token}` },
  signal: AbortSignal.timeout(60_000),
});
console.log(await response.text());
if (!response.ok) process.exitCode = 1;
