import type { TextRule } from './shape.js';

/** Rules for names, as the clouds state them. */

const matching =
  (pattern: RegExp, max: number, reason: string): TextRule =>
  (value) =>
    value.length <= max && pattern.test(value) ? undefined : reason;

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;

/** RFC 1123 label (kubernetes.io/docs/concepts/overview/working-with-objects/names). */
export const dnsLabel = matching(
  new RegExp(`^${label}$`),
  63,
  'must be at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
);

/** RFC 1123 subdomain (same source). */
export const dnsSubdomain = matching(
  new RegExp(`^${subdomain}$`),
  253,
  'must be at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends',
);

/** RFC 1035 label: Services (same source). */
export const serviceName = matching(
  /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  63,
  'must be at most 63 lower-case letters, digits and "-", start with a letter and end with a letter or digit',
);

/** IANA service name: named ports (k8s.io/apimachinery, IsValidPortName). */
export const portName: TextRule = (value) =>
  value.length <= 15 &&
  /^[a-z0-9]([a-z0-9]|-(?!-))*$/.test(value) &&
  /[a-z]/.test(value) &&
  !value.endsWith('-')
    ? undefined
    : 'must be at most 15 lower-case letters, digits and single "-", with at least one letter';

/** Key of a label or annotation: an optional DNS prefix, a slash and a name of at most 63 (IsQualifiedName). */
export const labelKey: TextRule = (key) => {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  const prefixed = slash < 0 || dnsSubdomain(key.slice(0, slash)) === undefined;
  return prefixed && name.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name)
    ? undefined
    : 'is not a qualified name such as "example.com/name"';
};

/** Value of a label (IsValidLabelValue). */
export const labelValue = matching(
  /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/,
  63,
  'must be at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
);

/** Host name of a route: an RFC 1123 subdomain that may start with `*.` and is no address (Gateway API, Hostname). */
export const routeHostname: TextRule = (value) => {
  const name = value.startsWith('*.') ? value.slice(2) : value;
  if (/^\d+(\.\d+){3}$/.test(name)) return 'must be a host name, not an address';
  return value.length <= 253 && new RegExp(`^${subdomain}$`).test(name)
    ? undefined
    : 'must be a host name in lower case, with at most one "*." at its start';
};

/** Name of an environment variable (IsEnvVarName, strict). */
export const environmentName: TextRule = (value) =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(value)
    ? undefined
    : 'must be letters, digits and "_", not starting with a digit';

/** Key of a ConfigMap, which is a file name when mounted (IsConfigMapKey). */
export const configKey = matching(
  /^(?!\.\.)[-._a-zA-Z0-9]+$/,
  253,
  'must be at most 253 letters, digits, "-", "_" and ".", not starting with ".."',
);
