import { listAt, textAt, type JsonObject } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { dnsLabel, dnsSubdomain, routeHostname } from '../shape/names.js';
import {
  filledText,
  integer,
  list,
  object,
  oneOf,
  text,
  type Report,
  type TextRule,
} from '../shape/shape.js';
import { routeFilter } from './http-route-filter.js';
import { objectRule } from './object-rule.js';
import { portNumber } from './ports.js';

// gateway-api.sigs.k8s.io/reference/spec, HTTPRoute.

const parentRef = object(
  { name: text(dnsSubdomain) },
  {
    group: text(),
    kind: filledText,
    namespace: text(dnsLabel),
    sectionName: text(dnsSubdomain),
    port: portNumber,
  },
);

const routePath: TextRule = (value) => {
  if (!value.startsWith('/')) return 'must start with "/"';
  return /\/\/|\/\.{1,2}(\/|$)|%2[fF]|#/.test(value)
    ? 'must not contain "//", "/./", "/../", "%2F" or "#"'
    : undefined;
};

const path = object(
  {},
  { type: oneOf('Exact', 'PathPrefix', 'RegularExpression'), value: text() },
  (value, where, report) => {
    const wanted = textAt(value, 'value');
    if (wanted === undefined || value['type'] === 'RegularExpression') return;
    const reason = routePath(wanted);
    if (reason !== undefined) report(`${where}.value`, reason);
  },
);

const valueMatch = object({ name: filledText, value: text() }, { type: oneOf('Exact', 'RegularExpression') });

const match = object(
  {},
  {
    path,
    headers: list(valueMatch, { max: 16 }),
    queryParams: list(valueMatch, { max: 16 }),
    method: oneOf('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'),
  },
);

const filters = list(routeFilter, { max: 16 });

const backendRef = object(
  { name: text(dnsSubdomain) },
  {
    group: text(),
    kind: filledText,
    namespace: text(dnsLabel),
    port: portNumber,
    weight: integer(0, 1_000_000),
    filters,
  },
  (value, where, report) => {
    const service = (textAt(value, 'kind') ?? 'Service') === 'Service';
    if (service && !Object.hasOwn(value, 'port')) report(`${where}.port`, 'is required for a Service');
  },
);

// GEP-2257: at most four groups of digits and units.
const duration = text((value) =>
  /^([0-9]{1,5}(h|m|s|ms)){1,4}$/.test(value) ? undefined : 'must be a duration such as 10s or 1m30s',
);

function checkRule(rule: JsonObject, where: string, report: Report): void {
  const filterTypes = listAt(rule, 'filters').map((filter) => textAt(filter, 'type'));
  const extensions = filterTypes.filter((type) => type !== 'ExtensionRef');
  if (new Set(extensions).size !== extensions.length)
    report(`${where}.filters`, 'must not repeat a type of filter');
  if (filterTypes.includes('RequestRedirect') && listAt(rule, 'backendRefs').length > 0) {
    report(`${where}.backendRefs`, 'must be empty beside a RequestRedirect');
  }
}

const rules = list(
  object(
    {},
    {
      name: text(dnsSubdomain),
      matches: list(match, { max: 64 }),
      filters,
      backendRefs: list(backendRef, { max: 16 }),
      timeouts: object({}, { request: duration, backendRequest: duration }),
    },
    checkRule,
  ),
  { min: 1, max: 16 },
);

/** gateway.networking.k8s.io/v1 HTTPRoute. Its Gateway and Services may come later, so they are no references. */
export const rule = objectRule({
  token: resourceTypes.httpRoute,
  required: {
    spec: object(
      {},
      { parentRefs: list(parentRef, { max: 32 }), hostnames: list(text(routeHostname), { max: 16 }), rules },
    ),
  },
});
