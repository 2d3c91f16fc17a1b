import type { CachePolicy } from './cache/cache-policy.js';
import { commonHostname } from './host-name.js';

/** One way of matching a request, with where it leads: the smallest unit of an HTTPRoute. */
export interface RouteRule {
  namespace: string;
  /** The HTTPRoute it comes from. */
  route: string;
  createdAt: number;
  /** Position in the route: rules first, then their matches. */
  order: number;
  path: { kind: 'exact' | 'prefix'; value: string };
  method: string | undefined;
  backends: readonly Backend[];
  /** What the route does to a request's headers. */
  headers: HeaderChange;
  /** How its answers are cached; undefined when they are not. `origin` tells this route from one of the same name before it. */
  cdn?: { policy: CachePolicy; origin: string } | undefined;
}

/** gateway-api.sigs.k8s.io, HTTPHeaderFilter; names in lower case. */
export interface HeaderChange {
  set: readonly { name: string; value: string }[];
  add: readonly { name: string; value: string }[];
  remove: readonly string[];
}

export const noHeaderChange: HeaderChange = { set: [], add: [], remove: [] };

export interface Backend {
  namespace: string;
  service: string;
  port: number;
  weight: number;
}

/** A listener of a Gateway that takes routes. */
export interface Listener {
  hostname?: string | undefined;
}

/** All rules by hostname, best match first. */
export class RouteTable {
  private readonly exact = new Map<string, RouteRule[]>();
  private readonly wildcard = new Map<string, RouteRule[]>();
  private readonly any: RouteRule[] = [];

  /** Adds a rule under each hostname that the listener lets it have; without hostnames it has the listener's. */
  add(rule: RouteRule, hostnames: readonly string[], listener: Listener): void {
    if (hostnames.length === 0) this.put(listener.hostname?.toLowerCase(), rule);
    for (const hostname of hostnames) {
      const common = commonHostname(listener.hostname, hostname);
      if (common !== undefined) this.put(common, rule);
    }
  }

  /** Sorts what was added; call it once, after the last rule. */
  seal(): this {
    for (const rules of [...this.exact.values(), ...this.wildcard.values(), this.any])
      rules.sort(byPrecedence);
    return this;
  }

  /** Whether any route has this hostname. */
  knows(hostname: string): boolean {
    for (const _rules of this.candidates(hostname)) return true;
    return false;
  }

  /** The rule for a request, with the precedence of the Gateway API; undefined when none matches. */
  find(hostname: string, method: string, path: string): RouteRule | undefined {
    for (const rules of this.candidates(hostname)) {
      const rule = rules.find((candidate) => matches(candidate, method, path));
      if (rule) return rule;
    }
    return undefined;
  }

  /** A whole hostname before wildcards, longer wildcards before shorter ones, then routes of any hostname. */
  private *candidates(hostname: string): Generator<RouteRule[]> {
    const exact = this.exact.get(hostname);
    if (exact) yield exact;
    if (this.wildcard.size > 0) {
      for (let dot = hostname.indexOf('.'); dot !== -1; dot = hostname.indexOf('.', dot + 1)) {
        const wildcard = this.wildcard.get(hostname.slice(dot + 1));
        if (wildcard) yield wildcard;
      }
    }
    if (this.any.length > 0) yield this.any;
  }

  private put(hostname: string | undefined, rule: RouteRule): void {
    if (hostname === undefined) return void this.any.push(rule);
    const [table, key] = hostname.startsWith('*.')
      ? [this.wildcard, hostname.slice(2)]
      : [this.exact, hostname];
    const rules = table.get(key);
    if (rules === undefined) table.set(key, [rule]);
    else if (!rules.includes(rule)) rules.push(rule);
  }
}

function matches({ path, method }: RouteRule, asked: string, target: string): boolean {
  if (method !== undefined && method !== asked) return false;
  if (path.kind === 'exact') return target === path.value;
  // A prefix counts by whole segments: /abc covers /abc and /abc/d, not /abcd.
  const prefix = path.value.replace(/\/$/, '');
  return target === prefix || target.startsWith(`${prefix}/`);
}

/** gateway-api.sigs.k8s.io, HTTPRouteRule: exact path, longest prefix, method, oldest route, names, order of rules. */
function byPrecedence(a: RouteRule, b: RouteRule): number {
  return (
    Number(b.path.kind === 'exact') - Number(a.path.kind === 'exact') ||
    b.path.value.length - a.path.value.length ||
    Number(b.method !== undefined) - Number(a.method !== undefined) ||
    a.createdAt - b.createdAt ||
    compare(`${a.namespace}/${a.route}`, `${b.namespace}/${b.route}`) ||
    a.order - b.order
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
