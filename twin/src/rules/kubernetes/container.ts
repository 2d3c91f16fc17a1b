import { at, isJsonObject, listAt, textAt, type Json, type JsonObject } from '../../inventory/json.js';
import { configKey, dnsLabel, dnsSubdomain, environmentName, portName } from '../shape/names.js';
import { compareQuantities, quantities, quantity } from '../shape/quantity.js';
import {
  exactlyOne,
  filledText,
  flag,
  list,
  object,
  oneOf,
  text,
  type Report,
  type Shape,
} from '../shape/shape.js';
import { portNumber } from './ports.js';
import { lifecycle, probe, vitalProbe } from './probe.js';
import { containerSecurityContext } from './security-context.js';
import { volumeMount } from './volumes.js';

const keyOf = object({ name: text(dnsSubdomain), key: text(configKey) }, { optional: flag });

const sources = {
  configMapKeyRef: keyOf,
  secretKeyRef: keyOf,
  fieldRef: object({ fieldPath: filledText }, { apiVersion: filledText }),
  resourceFieldRef: object({ resource: filledText }, { containerName: filledText, divisor: quantity }),
};

const env = object(
  { name: text(environmentName) },
  {
    value: text(),
    valueFrom: object({}, sources, (value, path, report) =>
      exactlyOne(value, Object.keys(sources), path, report),
    ),
  },
  (value, path, report) => {
    if (Object.hasOwn(value, 'value') && Object.hasOwn(value, 'valueFrom')) {
      report(path, 'must not have both value and valueFrom');
    }
  },
);

const named = object({ name: text(dnsSubdomain) }, { optional: flag });
const envFrom = object({}, { configMapRef: named, secretRef: named, prefix: text() }, (value, path, report) =>
  exactlyOne(value, ['configMapRef', 'secretRef'], path, report),
);

const port = object(
  { containerPort: portNumber },
  { name: text(portName), protocol: oneOf('TCP', 'UDP', 'SCTP'), hostPort: portNumber, hostIP: filledText },
);

/** Requests and limits of a container or a pod; no request above its limit. */
export const resourceRequirements: Shape = object(
  {},
  { requests: quantities(), limits: quantities() },
  (value, path, report) => {
    const requests = { value: at(value, 'requests'), path: `${path}.requests` };
    compareQuantities(requests, { value: at(value, 'limits'), name: 'limit' }, report);
  },
);

/** Container (core/v1). The image is not optional here: nothing would fill it in later. */
export const container: Shape = object(
  { name: text(dnsLabel), image: text(imageReference) },
  {
    command: list(text()),
    args: list(text()),
    workingDir: filledText,
    env: list(env),
    envFrom: list(envFrom),
    ports: list(port),
    resources: resourceRequirements,
    volumeMounts: list(volumeMount),
    livenessProbe: vitalProbe,
    readinessProbe: probe,
    startupProbe: vitalProbe,
    lifecycle,
    securityContext: containerSecurityContext,
    imagePullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
    restartPolicy: oneOf('Always'),
    terminationMessagePath: filledText,
    terminationMessagePolicy: oneOf('File', 'FallbackToLogsOnError'),
    stdin: flag,
    stdinOnce: flag,
    tty: flag,
  },
  checkPortNames,
);

function imageReference(value: string): string | undefined {
  if (value === '') return 'is required';
  return value.trim() === value ? undefined : 'must not have spaces around it';
}

function checkPortNames(value: JsonObject, path: string, report: Report): void {
  const seen = new Set<string>();
  listAt(value, 'ports').forEach((entry, index) => {
    const name = textAt(entry, 'name');
    if (name === undefined) return;
    if (seen.has(name)) report(`${path}.ports[${String(index)}].name`, 'is used by an earlier port');
    seen.add(name);
  });
}

/** The names of a list of containers or volumes, with their places. */
export function namesOf(entries: readonly Json[]): { name: string; index: number }[] {
  return entries.flatMap((entry, index) => {
    const name = isJsonObject(entry) ? textAt(entry, 'name') : undefined;
    return name === undefined ? [] : [{ name, index }];
  });
}
