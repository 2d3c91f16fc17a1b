import type { TextRule } from '../shape/shape.js';

/** A full name ends with a dot; labels of at most 63 characters, 253 in all (RFC 1035, 2.3.4; RFC 2181, 11). */
export const fullDnsName: TextRule = (value) => {
  if (!value.endsWith('.')) return 'must end with "."';
  const labels = value.slice(0, -1).split('.');
  const valid = labels.every(
    (label, index) => (index === 0 && label === '*') || /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label),
  );
  return valid && value.length <= 254
    ? undefined
    : 'must be a DNS name in lower case such as "acme.example.test."';
};

/** Whether a name is the zone's own or lies below it; both full names. */
export function liesInZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

// RFC 6761 and RFC 2606. Cloud DNS has no zones for them; the twin keeps `localhost`, where the embedded
// default lives, and `test`, where the tests do.
const reserved = ['invalid.', 'example.', 'example.com.', 'example.net.', 'example.org.', 'onion.'];

/** Names that nobody can own. */
export const ownableDnsName: TextRule = (value) =>
  reserved.some((name) => liesInZone(value, name)) ? 'is reserved, no zone can be made for it' : undefined;
