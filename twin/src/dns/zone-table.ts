import { z } from 'zod';
import type { Resource } from '../inventory/resource.js';
import { nameAndAncestors, normalName } from './dns-name.js';
import { isDomainName, parseRecord, type RecordBody } from './record-data.js';
import { Zone, type RecordSet } from './zone.js';

const zoneSpec = z.object({ dnsName: z.string(), nameServers: z.array(z.string()).catch([]) });
const recordSetSpec = z.object({
  name: z.string(),
  type: z.string(),
  ttl: z.number().int().min(0).max(2_147_483_647).catch(300),
  rrdatas: z.array(z.string()),
});

/** All zones of the inventory by the name of their apex. */
export class ZoneTable {
  private readonly zones: ReadonlyMap<string, Zone>;

  constructor(zones: Iterable<Zone>) {
    this.zones = new Map([...zones].map((zone) => [zone.apex, zone]));
  }

  /** The zone nearest to the name, or undefined where none holds it. */
  zoneOf(name: string): Zone | undefined {
    for (const ancestor of nameAndAncestors(name)) {
      const zone = this.zones.get(ancestor);
      if (zone) return zone;
    }
    return undefined;
  }
}

/** Builds the zones from the inventory's managed zones and record sets. What cannot be served is left out. */
export function zoneTable(zones: Iterable<Resource>, recordSets: Iterable<Resource>): ZoneTable {
  const byScope = new Map<string, Resource[]>();
  for (const set of recordSets) byScope.set(set.scope, [...(byScope.get(set.scope) ?? []), set]);
  return new ZoneTable(
    [...zones].flatMap((zone) => {
      const spec = zoneSpec.safeParse(zone.spec);
      if (!spec.success || !isDomainName(spec.data.dnsName)) return [];
      const sets = (byScope.get(`${zone.scope}/${zone.name}`) ?? []).flatMap(toRecordSet);
      return [new Zone(normalName(spec.data.dnsName), sets, spec.data.nameServers)];
    }),
  );
}

function toRecordSet(resource: Resource): RecordSet[] {
  const parsed = recordSetSpec.safeParse(resource.spec);
  if (!parsed.success || !isDomainName(parsed.data.name)) return [];
  const { type, ttl, rrdatas } = parsed.data;
  const records = rrdatas
    .map((text) => parseRecord(type, ttl, text))
    .filter((record): record is RecordBody => record !== undefined);
  return records.length === 0 ? [] : [{ name: normalName(parsed.data.name), type, records }];
}
