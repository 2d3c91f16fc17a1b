import type { Guard } from '../auth/guard.js';
import { RouteMetrics } from '../metrics/request-metrics.js';
import type { Metrics } from '../metrics/metrics.js';
import { allowedMethods, type Route } from './route.js';
import { noParams, RoutePattern, type Params } from './route-pattern.js';

export interface TableEntry {
  route: Route;
  allow: string;
  metrics: RouteMetrics;
  /** Who may call; undefined: everybody. */
  guard: Guard | undefined;
}

export interface Match {
  entry: TableEntry;
  params: Params;
}

/**
 * Routes by their exact path, by a path with parameters, or by its beginning where it ends with an asterisk, in this
 * order; all other paths share one entry, so that a scanner cannot grow the metrics.
 */
export class RouteTable {
  private readonly exact = new Map<string, Match>();
  private readonly patterns: { pattern: RoutePattern; entry: TableEntry }[] = [];
  readonly unknown: RouteMetrics;

  /** @throws Error when two routes have the same path. */
  constructor(
    routes: readonly Route[],
    metrics: Metrics,
    guardOf: (route: Route) => Guard | undefined = () => undefined,
  ) {
    this.unknown = new RouteMetrics(metrics, 'unknown');
    const paths = new Set<string>();
    for (const route of routes) {
      if (paths.has(route.path)) throw new Error(`Two routes have the path ${route.path}.`);
      paths.add(route.path);
      this.add({
        route,
        allow: allowedMethods(route),
        metrics: new RouteMetrics(metrics, route.path),
        guard: guardOf(route),
      });
    }
    this.patterns.sort((one, other) => other.pattern.literals - one.pattern.literals);
  }

  find(path: string): Match | undefined {
    return this.exact.get(path) ?? this.matchPattern(path) ?? this.exact.get(`${folderOf(path)}*`);
  }

  private add(entry: TableEntry): void {
    const { path } = entry.route;
    if (RoutePattern.isPattern(path)) this.patterns.push({ pattern: new RoutePattern(path), entry });
    else this.exact.set(path, { entry, params: noParams });
  }

  private matchPattern(path: string): Match | undefined {
    if (this.patterns.length === 0) return undefined;
    const parts = path.split('/');
    for (const { pattern, entry } of this.patterns) {
      const params = pattern.match(parts);
      if (params !== undefined) return { entry, params };
    }
    return undefined;
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
