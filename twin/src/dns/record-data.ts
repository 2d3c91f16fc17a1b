import { isIPv4, isIPv6 } from 'node:net';
import type { CaaAnswer, MxAnswer, SoaAnswer, SrvAnswer, StringAnswer, TxtAnswer } from 'dns-packet';
import { normalName } from './dns-name.js';

/** A resource record without its owner name: that is the name which was asked for. */
export type RecordBody =
  | Omit<StringAnswer, 'name'>
  | Omit<TxtAnswer, 'name'>
  | Omit<MxAnswer, 'name'>
  | Omit<SrvAnswer, 'name'>
  | Omit<CaaAnswer, 'name'>
  | Omit<SoaAnswer, 'name'>;

/**
 * Reads one `rrdatas` entry of a Cloud DNS record set (the presentation format of RFC 1035, section 5.1).
 * Undefined when the type is not served or the text is not valid for it.
 */
export function parseRecord(type: string, ttl: number, text: string): RecordBody | undefined {
  const fields = text.trim().split(/\s+/);
  const [first = '', second = '', third = '', fourth = ''] = fields;
  switch (type) {
    case 'A':
      return isIPv4(first) ? { type, ttl, data: first } : undefined;
    case 'AAAA':
      return isIPv6(first) ? { type, ttl, data: first } : undefined;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return isDomainName(first) ? { type, ttl, data: normalName(first) } : undefined;
    case 'TXT':
      return textRecord(ttl, text);
    case 'MX':
      return isUint16(first) && isDomainName(second)
        ? { type, ttl, data: { preference: Number(first), exchange: normalName(second) } }
        : undefined;
    case 'SRV':
      return [first, second, third].every(isUint16) && isDomainName(fourth)
        ? {
            type,
            ttl,
            data: {
              priority: Number(first),
              weight: Number(second),
              port: Number(third),
              target: normalName(fourth),
            },
          }
        : undefined;
    case 'CAA':
      return caaRecord(ttl, text);
    default:
      return undefined;
  }
}

/** Character strings of at most 255 bytes, quoted or bare: RFC 1035, section 3.3.14. */
function textRecord(ttl: number, text: string): RecordBody | undefined {
  const strings = [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    Buffer.from((quoted ?? bare ?? '').replace(/\\(.)/g, '$1')),
  );
  const valid = strings.length > 0 && strings.every(({ length }) => length <= 255);
  return valid ? { type: 'TXT', ttl, data: strings } : undefined;
}

/** RFC 8659, section 4.1.1: flags, tag and a quoted value. */
function caaRecord(ttl: number, text: string): RecordBody | undefined {
  const [, flags = '', tag, value = ''] =
    /^(\d{1,3})\s+(issue|issuewild|iodef)\s+"?([^"]*)"?$/.exec(text.trim()) ?? [];
  if (tag !== 'issue' && tag !== 'issuewild' && tag !== 'iodef') return undefined;
  if (Number(flags) > 255) return undefined;
  return { type: 'CAA', ttl, data: { flags: Number(flags), tag, value } };
}

/** Labels of 1 to 63 bytes, at most 253 in all (RFC 1035, section 2.3.4); underscores and a leading `*` are allowed. */
export function isDomainName(text: string): boolean {
  const name = normalName(text);
  return (
    name.length > 0 &&
    name.length <= 253 &&
    name
      .split('.')
      .every(
        (label, index) =>
          (label === '*' && index === 0) || /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label),
      )
  );
}

const isUint16 = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
