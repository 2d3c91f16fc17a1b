import { readFile } from 'node:fs/promises';

/**
 * Refuses to build a release whose manifest has a feature flag beyond its last day (UTC): somebody decides, and the flag
 * goes or gets another day.
 * @param {string} manifestFile
 * @param {Date} now
 * @throws {Error} that names each such flag and its owner
 */
export async function refuseExpiredFlags(manifestFile, now) {
  const { flags = [] } = JSON.parse(await readFile(manifestFile, 'utf8'));
  const today = now.toISOString().slice(0, 10);
  const expired = flags.filter(({ lastDay }) => lastDay < today);
  if (expired.length === 0) return;
  const names = expired.map(({ name, owner, lastDay }) => `${name} (${owner}, ${lastDay})`);
  throw new Error(
    `${manifestFile}: the last day of these feature flags is over: ${names.join(', ')}. Remove each with the code that asks for it, or have its owner name a later day.`,
  );
}
