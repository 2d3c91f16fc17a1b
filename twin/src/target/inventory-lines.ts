import { at, listAt, textAt, type Json } from '../inventory/json.js';
import type { Resource } from '../inventory/resource.js';

/** A DNS record set in one line. */
export interface RecordLine {
  name: string;
  type: string;
  ttl: number;
  data: string[];
  zone: string;
}

/** A rule of an HTTPRoute in one line. */
export interface RouteLine {
  hostnames: string[];
  path: string;
  namespace: string;
  route: string;
  gateway: string;
  /** `service:port` */
  backends: string[];
}

export function recordLines(recordSets: readonly Resource[]): RecordLine[] {
  return recordSets.map(({ spec }) => {
    const ttl = at(spec, 'ttl');
    return {
      name: textAt(spec, 'name') ?? '',
      type: textAt(spec, 'type') ?? '',
      ttl: typeof ttl === 'number' ? ttl : 0,
      data: texts(listAt(spec, 'rrdatas')),
      zone: textAt(spec, 'managedZone') ?? '',
    };
  });
}

export function routeLines(routes: readonly Resource[]): RouteLine[] {
  return routes.flatMap(({ scope, name, spec }) =>
    listAt(spec, 'spec', 'rules').map((rule) => ({
      hostnames: texts(listAt(spec, 'spec', 'hostnames')),
      path: textAt(rule, 'matches', 0, 'path', 'value') ?? '/',
      namespace: scope,
      route: name,
      gateway: `${textAt(spec, 'spec', 'parentRefs', 0, 'namespace') ?? scope}/${textAt(spec, 'spec', 'parentRefs', 0, 'name') ?? ''}`,
      backends: listAt(rule, 'backendRefs').map(
        (ref) => `${textAt(ref, 'name') ?? ''}:${JSON.stringify(at(ref, 'port'))}`,
      ),
    })),
  );
}

const texts = (list: readonly Json[]): string[] => list.filter((item) => typeof item === 'string');
