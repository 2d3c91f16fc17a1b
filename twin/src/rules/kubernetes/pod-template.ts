import { listAt, type JsonObject } from '../../inventory/json.js';
import { dnsLabel, dnsSubdomain, labelKey, labelValue } from '../shape/names.js';
import {
  filledText,
  flag,
  integer,
  list,
  map,
  object,
  oneOf,
  text,
  type Report,
  type Shape,
} from '../shape/shape.js';
import { affinity } from './affinity.js';
import { container, namesOf, resourceRequirements } from './container.js';
import { labelSelector } from './label-selector.js';
import { labels } from './metadata.js';
import { podSecurityContext } from './security-context.js';
import { volume } from './volumes.js';

const toleration = object(
  {},
  {
    key: text(labelKey),
    operator: oneOf('Exists', 'Equal'),
    value: text(labelValue),
    effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
    tolerationSeconds: integer(0),
  },
);

const topologySpreadConstraint = object(
  {
    maxSkew: integer(1),
    topologyKey: text(labelKey),
    whenUnsatisfiable: oneOf('DoNotSchedule', 'ScheduleAnyway'),
  },
  {
    labelSelector,
    matchLabelKeys: list(text(labelKey)),
    minDomains: integer(1),
    nodeAffinityPolicy: oneOf('Honor', 'Ignore'),
    nodeTaintsPolicy: oneOf('Honor', 'Ignore'),
  },
);

/** PodSpec (core/v1): what the workloads of a cell use. */
const podSpec: Shape = object(
  { containers: list(container, { min: 1 }) },
  {
    initContainers: list(container),
    volumes: list(volume),
    serviceAccountName: text(dnsSubdomain),
    serviceAccount: text(dnsSubdomain),
    automountServiceAccountToken: flag,
    securityContext: podSecurityContext,
    resources: resourceRequirements,
    // A Deployment's pods are always restarted (k8s.io/kubernetes ValidatePodTemplateSpecForReplicaSet).
    restartPolicy: oneOf('Always'),
    terminationGracePeriodSeconds: integer(0),
    activeDeadlineSeconds: integer(1),
    dnsPolicy: oneOf('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
    enableServiceLinks: flag,
    hostNetwork: flag,
    hostPID: flag,
    hostIPC: flag,
    hostUsers: flag,
    hostname: text(dnsLabel),
    subdomain: text(dnsLabel),
    shareProcessNamespace: flag,
    imagePullSecrets: list(object({ name: text(dnsSubdomain) })),
    nodeSelector: map(text(labelValue), labelKey),
    affinity,
    tolerations: list(toleration),
    topologySpreadConstraints: list(topologySpreadConstraint),
    priorityClassName: text(dnsSubdomain),
    preemptionPolicy: oneOf('PreemptLowerPriority', 'Never'),
    runtimeClassName: text(dnsSubdomain),
    schedulerName: filledText,
    os: object({ name: oneOf('linux', 'windows') }),
  },
  checkNames,
);

/** The template of a Deployment's pods. */
export const podTemplate: Shape = object({
  metadata: object(
    {},
    { labels, annotations: map(text(), labelKey), name: text(dnsSubdomain), namespace: text(dnsLabel) },
  ),
  spec: podSpec,
});

/** Names are used once, and each mount has its volume. */
function checkNames(spec: JsonObject, path: string, report: Report): void {
  const volumes = new Set(namesOf(listAt(spec, 'volumes')).map(({ name }) => name));
  reportRepeated(listAt(spec, 'volumes'), `${path}.volumes`, new Set(), report);
  const seen = new Set<string>();
  for (const field of ['initContainers', 'containers']) {
    const containers = listAt(spec, field);
    reportRepeated(containers, `${path}.${field}`, seen, report);
    containers.forEach((entry, index) => {
      for (const mount of namesOf(listAt(entry, 'volumeMounts'))) {
        if (volumes.has(mount.name)) continue;
        const place = `${path}.${field}[${String(index)}].volumeMounts[${String(mount.index)}].name`;
        report(place, `names the volume "${mount.name}", which the pod does not have`);
      }
    });
  }
}

function reportRepeated(
  entries: Parameters<typeof namesOf>[0],
  path: string,
  seen: Set<string>,
  report: Report,
): void {
  for (const { name, index } of namesOf(entries)) {
    if (seen.has(name)) report(`${path}[${String(index)}].name`, `repeats "${name}"`);
    seen.add(name);
  }
}
