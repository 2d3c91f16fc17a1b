import { RouteMetrics } from '../metrics/request-metrics.js';
import type { Metrics } from '../metrics/metrics.js';
import { allowedMethods, type Route } from './route.js';

export interface TableEntry {
  route: Route;
  allow: string;
  metrics: RouteMetrics;
}

/** Routes by their exact path, or by its beginning where it ends with an asterisk; all other paths share one entry, so that a scanner cannot grow the metrics. */
export class RouteTable {
  private readonly entries = new Map<string, TableEntry>();
  readonly unknown: RouteMetrics;

  /** @throws Error when two routes have the same path. */
  constructor(routes: readonly Route[], metrics: Metrics) {
    this.unknown = new RouteMetrics(metrics, 'unknown');
    for (const route of routes) {
      if (this.entries.has(route.path)) throw new Error(`Two routes have the path ${route.path}.`);
      const entry = { route, allow: allowedMethods(route), metrics: new RouteMetrics(metrics, route.path) };
      this.entries.set(route.path, entry);
    }
  }

  find(path: string): TableEntry | undefined {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    return this.entries.get(path) ?? this.entries.get(`${folder}*`);
  }
}
