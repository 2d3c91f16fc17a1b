import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../inventory/json.js';
import { enforcedLevel, podSecurityViolations, type PodSecurityLevel } from './pod-security.js';

const hardened = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const podContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };

/** A pod of one container that is in order at every level, but for the given changes. */
function pod(changes: {
  pod?: JsonObject;
  podContext?: JsonObject;
  container?: JsonObject;
  context?: JsonObject;
}): JsonObject {
  return {
    securityContext: { ...podContext, ...changes.podContext },
    containers: [{ name: 'app', ...changes.container, securityContext: { ...hardened, ...changes.context } }],
    ...changes.pod,
  };
}

const judge = (spec: JsonObject, level: PodSecurityLevel): string[] =>
  podSecurityViolations(spec, 'spec', level).map(({ path, reason }) => `${path} ${reason}`);

describe('Pod Security', () => {
  it('lets a hardened pod pass at every level', () => {
    expect(judge(pod({}), 'restricted')).toEqual([]);
    expect(judge(pod({}), 'baseline')).toEqual([]);
  });

  it.each<[string, Parameters<typeof pod>[0], string]>([
    ['the host’s network', { pod: { hostNetwork: true } }, 'spec.hostNetwork must not be true'],
    [
      'a folder of the host',
      { pod: { volumes: [{ name: 'v', hostPath: { path: '/' } }] } },
      'spec.volumes[0].hostPath must not be used',
    ],
    [
      'a privileged container',
      { context: { privileged: true } },
      'spec.containers[0].securityContext.privileged must not be true',
    ],
    [
      'a port of the host',
      { container: { ports: [{ containerPort: 1, hostPort: 1 }] } },
      'spec.containers[0].ports[0].hostPort must not be used',
    ],
    [
      'no seccomp',
      { podContext: { seccompProfile: { type: 'Unconfined' } } },
      'spec.containers[0].securityContext.seccompProfile.type must not be Unconfined',
    ],
  ])('refuses %s from baseline on', (_name, changes, reason) => {
    expect(judge(pod(changes), 'baseline')).toEqual([`${reason} (Pod Security baseline)`]);
    expect(judge(pod(changes), 'restricted')).toEqual([`${reason} (Pod Security restricted)`]);
    expect(judge(pod(changes), 'privileged')).toEqual([]);
  });

  it.each<[string, Parameters<typeof pod>[0], string]>([
    [
      'growing privileges',
      { context: { allowPrivilegeEscalation: true } },
      'allowPrivilegeEscalation must be false',
    ],
    ['root', { podContext: { runAsNonRoot: false } }, 'runAsNonRoot must be true'],
    ['user 0', { context: { runAsUser: 0 } }, 'runAsUser must not be 0'],
    ['kept capabilities', { context: { capabilities: {} } }, 'capabilities.drop must contain ALL'],
    [
      'added capabilities',
      { context: { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'CHOWN'] } } },
      'capabilities.add must not contain anything but NET_BIND_SERVICE',
    ],
  ])('refuses %s where it is restricted', (_name, changes, reason) => {
    expect(judge(pod(changes), 'restricted')).toEqual([
      `spec.containers[0].securityContext.${reason} (Pod Security restricted)`,
    ]);
    expect(judge(pod(changes), 'baseline')).toEqual([]);
  });

  it('lets a container override the pod, and looks at init containers too', () => {
    expect(
      judge(pod({ podContext: { runAsNonRoot: false }, context: { runAsNonRoot: true } }), 'restricted'),
    ).toEqual([]);
    const [first] = judge(pod({ pod: { initContainers: [{ name: 'init' }] } }), 'restricted');
    expect(first).toBe(
      'spec.initContainers[0].securityContext.allowPrivilegeEscalation must be false (Pod Security restricted)',
    );
  });

  it.each([
    [{ 'pod-security.kubernetes.io/enforce': 'restricted' }, 'restricted'],
    [{ 'pod-security.kubernetes.io/enforce': 'baseline' }, 'baseline'],
    [{ 'pod-security.kubernetes.io/warn': 'restricted' }, 'privileged'],
    [{}, 'privileged'],
  ])('a namespace labelled %j enforces %s', (labels, level) => {
    expect(enforcedLevel({ metadata: { labels } })).toBe(level);
  });
});
