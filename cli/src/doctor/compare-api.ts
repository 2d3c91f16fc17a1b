import { ok, warn, type Finding } from './check.js';

/** A Date header has whole seconds, and a request takes a while. */
const toleranceMs = 5_000;

/**
 * Whether this machine and the API's agree on the time; tokens and expiries are compared with it.
 * @param sentAt, receivedAt milliseconds since 1970, around the request
 */
export function checkClock(sentAt: number, receivedAt: number, date: string | null): Finding {
  const name = 'clock';
  const theirs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return ok(name, 'the API does not say its time');
  const apart = theirs < sentAt ? sentAt - theirs : Math.max(0, theirs - receivedAt);
  if (apart <= toleranceMs) return ok(name, 'as the API’s');
  return warn(
    name,
    `${Math.round(apart / 1000)} s apart from the API's: set this machine's clock, or that one's, by NTP.`,
  );
}

/** Whether the command and the API are of one version, which the API's measurements name. */
export function checkVersion(own: string, metrics: string): Finding {
  const name = 'version';
  const theirs = /^leasehold_build_info\{[^}]*\bversion="([^"]+)"/m.exec(metrics)?.[1];
  if (theirs === undefined) return ok(name, `${own}; the API does not say its own`);
  if (theirs === own) return ok(name, `${own}, as the API`);
  return warn(name, `${own}, and the API is ${theirs}: use the command of that version.`);
}
