import { at, listAt, textAt, type Json, type JsonObject } from '../../inventory/json.js';
import type { Violation } from '../shape/shape.js';

/**
 * Pod Security Standards (kubernetes.io/docs/concepts/security/pod-security-standards), as far as the fields that the
 * twin knows can break them. The API server enforces them on pods; a Deployment that breaks them would come to exist
 * and never run one, so the twin refuses it with the pod's reason.
 */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

const label = 'pod-security.kubernetes.io/enforce';

/** The level that a namespace enforces. */
export function enforcedLevel(namespace: JsonObject): PodSecurityLevel {
  const level = textAt(namespace, 'metadata', 'labels', label);
  return level === 'restricted' || level === 'baseline' ? level : 'privileged';
}

/** All that a pod with this spec breaks at the level. */
export function podSecurityViolations(pod: JsonObject, path: string, level: PodSecurityLevel): Violation[] {
  if (level === 'privileged') return [];
  const rules = level === 'baseline' ? baseline : [...baseline, ...restricted];
  const found: Violation[] = [];
  for (const rule of rules) {
    rule(pod, (where, reason) =>
      found.push({ path: `${path}.${where}`, reason: `${reason} (Pod Security ${level})` }),
    );
  }
  return found;
}

type PodRule = (pod: JsonObject, deny: (path: string, reason: string) => void) => void;
type ContainerRule = (container: Json, deny: (path: string, reason: string) => void, pod: JsonObject) => void;

const eachContainer =
  (rule: ContainerRule): PodRule =>
  (pod, deny) => {
    for (const field of ['initContainers', 'containers']) {
      listAt(pod, field).forEach((container, index) => {
        rule(container, (path, reason) => deny(`${field}[${String(index)}].${path}`, reason), pod);
      });
    }
  };

const baselineCapabilities = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD'],
  ...['NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);

const baseline: PodRule[] = [
  (pod, deny) => {
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
      if (at(pod, field) === true) deny(field, 'must not be true');
    }
  },
  (pod, deny) => {
    listAt(pod, 'volumes').forEach((volume, index) => {
      if (at(volume, 'hostPath') !== undefined)
        deny(`volumes[${String(index)}].hostPath`, 'must not be used');
    });
  },
  eachContainer((container, deny) => {
    if (at(container, 'securityContext', 'privileged') === true)
      deny('securityContext.privileged', 'must not be true');
    if (at(container, 'securityContext', 'procMount') === 'Unmasked')
      deny('securityContext.procMount', 'must be Default');
    listAt(container, 'ports').forEach((port, index) => {
      if (at(port, 'hostPort') !== undefined) deny(`ports[${String(index)}].hostPort`, 'must not be used');
    });
    for (const capability of listAt(container, 'securityContext', 'capabilities', 'add')) {
      if (typeof capability === 'string' && !baselineCapabilities.has(capability)) {
        deny('securityContext.capabilities.add', `must not contain ${capability}`);
      }
    }
  }),
  eachContainer((container, deny, pod) => {
    if (effective(container, pod, 'seccompProfile', 'type') === 'Unconfined') {
      deny('securityContext.seccompProfile.type', 'must not be Unconfined');
    }
  }),
];

const restricted: PodRule[] = [
  eachContainer((container, deny, pod) => {
    if (at(container, 'securityContext', 'allowPrivilegeEscalation') !== false) {
      deny('securityContext.allowPrivilegeEscalation', 'must be false');
    }
    if (effective(container, pod, 'runAsNonRoot') !== true)
      deny('securityContext.runAsNonRoot', 'must be true');
    if (effective(container, pod, 'runAsUser') === 0) deny('securityContext.runAsUser', 'must not be 0');
    if (effective(container, pod, 'seccompProfile', 'type') === undefined) {
      deny('securityContext.seccompProfile.type', 'must be RuntimeDefault or Localhost');
    }
  }),
  eachContainer((container, deny) => {
    if (!listAt(container, 'securityContext', 'capabilities', 'drop').includes('ALL')) {
      deny('securityContext.capabilities.drop', 'must contain ALL');
    }
    for (const capability of listAt(container, 'securityContext', 'capabilities', 'add')) {
      if (capability !== 'NET_BIND_SERVICE') {
        deny('securityContext.capabilities.add', 'must not contain anything but NET_BIND_SERVICE');
      }
    }
  }),
];

/** A setting of the container, or the pod's where it has none. */
function effective(container: Json, pod: JsonObject, ...path: string[]): Json | undefined {
  return at(container, 'securityContext', ...path) ?? at(pod, 'securityContext', ...path);
}
