import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isReachable, type Reach } from './reachable-address.js';

/** The system's resolver, which hands out an address only if all that the name has may be reached. */
export function checkedLookup(reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, []);
        return;
      }
      const refused = addresses.find(({ address }) => !isReachable(address, reach));
      const [first] = addresses;
      if (refused || !first) {
        callback(
          new Error(`${hostname} leads to ${refused?.address ?? 'no address'}, which is not public.`),
          [],
        );
        return;
      }
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
