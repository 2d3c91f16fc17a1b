import { textAt, type JsonObject } from '../../inventory/json.js';
import { routeHostname } from '../shape/names.js';
import { filledText, integer, list, object, oneOf, text, type Report, type Shape } from '../shape/shape.js';
import { portNumber } from './ports.js';

const header = object({ name: filledText, value: text() });
const headerModifier = object(
  {},
  { set: list(header, { max: 16 }), add: list(header, { max: 16 }), remove: list(filledText, { max: 16 }) },
);
const pathModifier = object(
  { type: oneOf('ReplaceFullPath', 'ReplacePrefixMatch') },
  { replaceFullPath: text(), replacePrefixMatch: text() },
);

const kinds: Readonly<Record<string, Shape>> = {
  requestHeaderModifier: headerModifier,
  responseHeaderModifier: headerModifier,
  requestRedirect: object(
    {},
    {
      scheme: oneOf('http', 'https'),
      hostname: text(routeHostname),
      path: pathModifier,
      port: portNumber,
      statusCode: integer(301, 308),
    },
  ),
  urlRewrite: object({}, { hostname: text(routeHostname), path: pathModifier }),
  extensionRef: object({ group: text(), kind: filledText, name: filledText }),
};

const fieldOfType: Readonly<Record<string, string>> = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
};

function checkType(value: JsonObject, path: string, report: Report): void {
  const type = textAt(value, 'type') ?? '';
  const wanted = fieldOfType[type];
  if (wanted !== undefined && !Object.hasOwn(value, wanted))
    report(`${path}.${wanted}`, `is required for ${type}`);
  for (const field of Object.keys(kinds)) {
    if (field !== wanted && Object.hasOwn(value, field))
      report(`${path}.${field}`, `must not be set for ${type}`);
  }
}

/** HTTPRouteFilter (gateway-api.sigs.k8s.io/reference/spec): the one field that belongs to its type. */
export const routeFilter: Shape = object({ type: oneOf(...Object.keys(fieldOfType)) }, kinds, checkType);
