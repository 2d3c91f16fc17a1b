import type { Answer } from 'dns-packet';
import { normalName } from './dns-name.js';
import { rcodes, type Question, type Rcode } from './query.js';
import type { RecordBody } from './record-data.js';
import type { RecordSet, Zone } from './zone.js';
import type { ZoneTable } from './zone-table.js';

/** The sections of an answer, before it is put into bytes. */
export interface Reply {
  rcode: Rcode;
  authoritative: boolean;
  answers: Answer[];
  authorities: Answer[];
}

const classIn = 1;
const anything = 255;
const typeNumbers: Record<string, number> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  CAA: 257,
};
/** Zone transfers and the like are for other kinds of servers: types 249 to 254 (TKEY, TSIG, IXFR, AXFR, MAILB, MAILA). */
const isMetaType = (type: number): boolean => type === 41 || (type >= 249 && type <= 254);
const longestChain = 8;

/** Answers a question from the zones; pure, with no query to anything. */
export function answerQuestion(question: Question, zones: ZoneTable): Reply {
  if (isMetaType(question.type)) return refusal(rcodes.notImplemented);
  if (question.class !== classIn && question.class !== anything) return refusal(rcodes.refused);
  const zone = zones.zoneOf(normalName(question.name));
  if (zone === undefined) return refusal(rcodes.refused);
  return follow(question.name, question.type, zone, []);
}

/** Answers inside one zone, along a chain of aliases as far as it stays there (RFC 1034, section 3.6.2). */
function follow(name: string, type: number, zone: Zone, chain: Answer[]): Reply {
  const finding = zone.find(normalName(name));
  switch (finding.kind) {
    case 'delegation':
      return referral(finding.set, chain);
    case 'no-such-name':
      return negative(rcodes.noSuchName, zone, chain);
    case 'no-data':
      return negative(rcodes.noError, zone, chain);
    case 'records': {
      const alias = finding.sets.find((set) => set.type === 'CNAME');
      if (alias && type !== typeNumbers['CNAME'] && type !== anything) {
        return followAlias(name, type, zone, alias, chain);
      }
      const wanted = finding.sets.filter((set) => type === anything || typeNumbers[set.type] === type);
      // For "any type" one set is enough: RFC 8482, section 4.1.
      const [set] = wanted;
      if (set === undefined) return negative(rcodes.noError, zone, chain);
      return positive([...chain, ...owned(name, set)]);
    }
  }
}

function followAlias(name: string, type: number, zone: Zone, alias: RecordSet, chain: Answer[]): Reply {
  const answers = [...chain, ...owned(name, alias)];
  const target = alias.records.find((record) => record.type === 'CNAME')?.data;
  const stays = typeof target === 'string' && (target === zone.apex || target.endsWith(`.${zone.apex}`));
  // A chain that leaves the zone, or runs in circles, ends here: the resolver asks on.
  if (!stays || answers.length >= longestChain) return positive(answers);
  return follow(target, type, zone, answers);
}

function owned(name: string, set: RecordSet): Answer[] {
  return set.records.map((record) => withName(name, record));
}

function withName(name: string, record: RecordBody): Answer {
  return { ...record, name };
}

const positive = (answers: Answer[]): Reply => ({
  rcode: rcodes.noError,
  authoritative: true,
  answers,
  authorities: [],
});

/** The zone's SOA tells for how long "no" may be remembered: RFC 2308, section 2. */
const negative = (rcode: Rcode, zone: Zone, answers: Answer[]): Reply => ({
  rcode,
  authoritative: true,
  answers,
  authorities: [withName(zone.apex, zone.soa)],
});

const referral = (set: RecordSet, answers: Answer[]): Reply => ({
  rcode: rcodes.noError,
  authoritative: answers.length > 0,
  answers,
  authorities: owned(set.name, set),
});

const refusal = (rcode: Rcode): Reply => ({ rcode, authoritative: false, answers: [], authorities: [] });
