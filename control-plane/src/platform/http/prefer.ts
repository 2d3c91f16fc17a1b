import { AppError } from '../app-error.js';

/** Longer than this a request is not held open: proxies on the way would cut it. */
export const longestWaitSeconds = 60;

/**
 * The seconds of `Prefer: wait=30` (RFC 7240, 4.3), at most {@link longestWaitSeconds}; undefined without one. Other
 * preferences may be ignored, as the RFC says.
 * @throws AppError `invalid_prefer`
 */
export function preferredWait(header: string | string[] | undefined): number | undefined {
  const preferences = [header ?? []].flat().flatMap((line) => line.split(','));
  for (const preference of preferences) {
    const [, value] = /^\s*wait\s*=\s*"?([^";]*)"?/i.exec(preference) ?? [];
    if (value === undefined) continue;
    if (/^\d{1,6}$/.test(value.trim())) return Math.min(Number(value), longestWaitSeconds);
    throw new AppError('malformed', 'invalid_prefer', {
      publicMessage: 'Prefer: wait takes whole seconds, such as wait=30.',
      errors: [{ pointer: 'Prefer', message: 'must be wait=<seconds>' }],
    });
  }
  return undefined;
}
