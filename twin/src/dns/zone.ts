import { nameAndAncestors, isAtOrBelow, normalName, parentOf } from './dns-name.js';
import type { RecordBody } from './record-data.js';

/** All records of one name and type. */
export interface RecordSet {
  name: string;
  type: string;
  records: readonly RecordBody[];
}

/** What a zone says of a name. */
export type Finding =
  | { kind: 'records'; sets: readonly RecordSet[] }
  | { kind: 'delegation'; set: RecordSet }
  | { kind: 'no-data' }
  | { kind: 'no-such-name' };

/** Seconds a resolver may remember that a name does not exist: short, so that a new client's name answers at once. */
const negativeTtl = 5;
const ownTtl = 21_600;
const defaultNameServer = 'ns1.twin.leasehold.local';

/** One managed zone with its record sets, ready to answer. Names are in normal form. */
export class Zone {
  readonly soa: RecordBody;
  private readonly nodes = new Map<string, Map<string, RecordSet>>();

  constructor(
    readonly apex: string,
    sets: Iterable<RecordSet>,
    nameServers: readonly string[] = [],
  ) {
    for (const set of sets) if (isAtOrBelow(set.name, apex)) this.add(set);
    const servers = nameServers.length > 0 ? nameServers.map(normalName) : [defaultNameServer];
    this.soa = startOfAuthority(servers[0] ?? defaultNameServer);
    this.addDefault('SOA', [this.soa]);
    this.addDefault(
      'NS',
      servers.map((data) => ({ type: 'NS', ttl: ownTtl, data })),
    );
  }

  /** Looks a name up as RFC 1034, section 4.3.2 says, with the wildcards of RFC 4592. */
  find(name: string): Finding {
    const delegation = this.delegationOf(name);
    if (delegation) return { kind: 'delegation', set: delegation };
    const node = this.nodes.get(name) ?? this.wildcardFor(name);
    if (node === undefined) return { kind: 'no-such-name' };
    return node.size === 0 ? { kind: 'no-data' } : { kind: 'records', sets: [...node.values()] };
  }

  /** A name server set below the apex gives the names under it away. */
  private delegationOf(name: string): RecordSet | undefined {
    let highest: RecordSet | undefined;
    for (const ancestor of nameAndAncestors(name)) {
      if (ancestor === this.apex) break;
      highest = this.nodes.get(ancestor)?.get('NS') ?? highest;
    }
    return highest;
  }

  private wildcardFor(name: string): Map<string, RecordSet> | undefined {
    let encloser = name;
    while (encloser !== this.apex && !this.nodes.has(encloser)) encloser = parentOf(encloser);
    return this.nodes.get(`*.${encloser}`);
  }

  private add(set: RecordSet): void {
    this.nodeAt(set.name).set(set.type, set);
    // Names between a record and its zone exist, though they hold nothing (RFC 8020).
    for (const ancestor of nameAndAncestors(set.name)) {
      this.nodeAt(ancestor);
      if (ancestor === this.apex) break;
    }
  }

  private addDefault(type: string, records: readonly RecordBody[]): void {
    const node = this.nodeAt(this.apex);
    if (!node.has(type)) node.set(type, { name: this.apex, type, records });
  }

  private nodeAt(name: string): Map<string, RecordSet> {
    let node = this.nodes.get(name);
    if (node === undefined) this.nodes.set(name, (node = new Map<string, RecordSet>()));
    return node;
  }
}

function startOfAuthority(mname: string): RecordBody {
  return {
    type: 'SOA',
    ttl: negativeTtl,
    data: {
      mname,
      rname: 'hostmaster.twin.leasehold.local',
      serial: 1,
      refresh: 21_600,
      retry: 3_600,
      expire: 259_200,
      minimum: negativeTtl,
    },
  };
}
