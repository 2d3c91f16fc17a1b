import { hostnameOf } from './host-name.js';
import type { Page } from './page.js';
import { isHidden, plainPath } from './request-path.js';
import type { RouteRule, RouteTable } from './route-table.js';

/** What decides where a request goes. */
export interface Asked {
  method: string;
  /** Path and query. */
  target: string;
  /** The values of all Host headers, or HTTP/2's authority. */
  hosts: readonly string[];
  /** As the client says; 0 when it does not. */
  contentLength: number;
  /** Over TLS: HTTPS listeners have routes of their own. */
  secure: boolean;
}

const longestTarget = 16 * 1024;

/** Finds the rule for a request, or the page that says why there is none. */
export class Router {
  /** @param routes the routes of HTTP or HTTPS listeners as they are now; called for each request */
  constructor(
    private readonly routes: (secure: boolean) => RouteTable,
    private readonly maxBodyBytes: number,
  ) {}

  find(asked: Asked): RouteRule | Page {
    const [host, ...more] = asked.hosts;
    const hostname = hostnameOf(host);
    if (hostname === undefined || more.length > 0)
      return { status: 400, text: 'The request needs one valid Host header.', close: true };
    return this.refusal(asked) ?? this.ruleFor(hostname, asked);
  }

  private ruleFor(hostname: string, { target, method, secure }: Asked): RouteRule | Page {
    const routes = this.routes(secure);
    if (!routes.knows(hostname)) return { status: 404, text: `No route has the hostname ${hostname}.` };
    const rule = isHidden(target) ? undefined : routes.find(hostname, method, plainPath(target));
    return rule ?? { status: 404, text: `${hostname} has no route for this path.` };
  }

  private refusal({ target, contentLength }: Asked): Page | undefined {
    // Requests in absolute form are for proxies that clients know of (RFC 9112, section 3.2.2).
    if (!target.startsWith('/'))
      return { status: 400, text: 'The request target must be a path.', close: true };
    if (target.length > longestTarget)
      return { status: 414, text: 'The request target is too long.', close: true };
    if (contentLength > this.maxBodyBytes) {
      const text = `The body is larger than ${String(this.maxBodyBytes)} bytes.`;
      return { status: 413, text, close: true };
    }
    return undefined;
  }
}

/** The values of a header, from names and values in turn. */
export function valuesOf(raw: readonly string[], name: string): string[] {
  return raw.flatMap((each, index) =>
    index % 2 === 0 && each.toLowerCase() === name ? [raw[index + 1] ?? ''] : [],
  );
}
