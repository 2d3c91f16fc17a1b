import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectAt, type JsonObject } from '../inventory/json.js';
import { resourceTypes } from '../inventory/resource-types.js';
import { deploymentOf } from '../testing/local-cloud.js';
import { resource } from '../testing/resources.js';
import { restartDelayMs } from './back-off.js';
import { crashMessage } from './crash-message.js';
import { deploymentStatus } from './deployment-status.js';
import { desiredDeployment } from './desired-deployment.js';
import { podEnvironment, PodStartError, type EnvironmentSources } from './pod-environment.js';
import { podTemplateSchema } from './pod-template.js';
import { adoptedState } from './recovery.js';
import { planRollout, type PodFact } from './rollout-plan.js';

const draft = deploymentOf({ slug: 'acme', image: 'twin.local/sample@sha256:0' });
const deploymentSpec = (spec: JsonObject) => resource(draft.type, 't-acme', 'app', spec);

describe('A Deployment', () => {
  const scaler = resource(resourceTypes.horizontalPodAutoscaler, 't-acme', 'app', {
    spec: { minReplicas: 3, maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'app' } },
  });

  it('has as many pods as it says, or else as its autoscaler has at least', () => {
    const withoutReplicas = deploymentSpec({
      spec: { template: objectAt(draft.spec, 'spec', 'template') },
    });
    expect(desiredDeployment(deploymentSpec(draft.spec), [scaler])).toMatchObject({ replicas: 1 });
    expect(desiredDeployment(withoutReplicas, [scaler])).toMatchObject({ replicas: 3, maxSurge: 1 });
    expect(desiredDeployment(withoutReplicas, [])).toMatchObject({ replicas: 1 });
  });

  it('has the same hash for the same pod template only', () => {
    const hash = (version: string, replicas: number) => {
      const { spec } = deploymentOf({ slug: 'acme', image: 'i', version, replicas });
      const desired = desiredDeployment(deploymentSpec(spec), []);
      return typeof desired === 'object' ? desired.specHash : desired;
    };
    expect(hash('1', 1)).toBe(hash('1', 5));
    expect(hash('1', 1)).not.toBe(hash('2', 1));
  });

  it('of a form that the twin cannot run says which', () => {
    const containers = [
      { name: 'a', image: 'a' },
      { name: 'b', image: 'b' },
    ];
    const reason = desiredDeployment(deploymentSpec({ spec: { template: { spec: { containers } } } }), []);
    expect(reason).toContain('the twin runs pods of one container');
    const volumes = [{ name: 'v', hostPath: { path: '/' } }];
    const one = [{ name: 'a', image: 'a' }];
    expect(
      desiredDeployment(deploymentSpec({ spec: { template: { spec: { containers: one, volumes } } } }), []),
    ).toContain('spec.volumes.0');
  });
});

describe('A rollout', () => {
  const pod = (name: string, specHash: string, ready: boolean): PodFact => ({
    name,
    specHash,
    ready,
    stopping: false,
  });
  const wanted = { replicas: 2, maxSurge: 1, specHash: 'new' };

  it.each<[string, PodFact[], { create: number; stop: string[] }]>([
    ['starts from nothing with all its pods', [], { create: 2, stop: [] }],
    ['adds one new pod first', [pod('a', 'old', true), pod('b', 'old', true)], { create: 1, stop: [] }],
    [
      'waits for the new pod',
      [pod('a', 'old', true), pod('b', 'old', true), pod('c', 'new', false)],
      { create: 0, stop: [] },
    ],
    [
      'stops an old pod for a ready new one, and goes on',
      [pod('a', 'old', true), pod('b', 'old', true), pod('c', 'new', true)],
      { create: 1, stop: ['a'] },
    ],
    [
      'is done with the new pods alone',
      [pod('c', 'new', true), pod('d', 'new', true)],
      { create: 0, stop: [] },
    ],
    [
      'stops old pods at once that are not ready',
      [pod('a', 'old', false), pod('b', 'old', true)],
      { create: 2, stop: ['a'] },
    ],
    [
      'down stops the pod that is not ready, then the youngest',
      [pod('a', 'new', true), pod('b', 'new', true), pod('c', 'new', false), pod('d', 'new', true)],
      { create: 0, stop: ['c', 'd'] },
    ],
  ])('%s', (_name, pods, plan) => expect(planRollout(wanted, pods)).toEqual(plan));

  it('from any state ends with exactly the wanted pods, and no step takes a needed ready pod away', () => {
    const state = fc.array(fc.tuple(fc.constantFrom('old', 'new', 'other'), fc.boolean()), { maxLength: 8 });
    fc.assert(
      fc.property(
        state,
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        (start, replicas, maxSurge) => {
          const desired = { replicas, maxSurge, specHash: 'new' };
          let pods = start.map(([hash, ready], index) => pod(`p${index}`, hash, ready));
          for (let step = 0; step < 50; step++) {
            const ready = pods.filter((each) => each.ready).length;
            const plan = planRollout(desired, pods);
            pods = pods.filter(({ name }) => !plan.stop.includes(name));
            expect(pods.filter((each) => each.ready).length).toBeGreaterThanOrEqual(
              Math.min(ready, replicas),
            );
            pods = [
              ...pods,
              ...Array.from({ length: plan.create }, (_, i) => pod(`s${step}-${i}`, 'new', false)),
            ];
            if (plan.create > 0) expect(pods.length).toBeLessThanOrEqual(replicas + maxSurge);
            // The oldest pod of the new spec becomes ready.
            const next = pods.findIndex((each) => !each.ready && each.specHash === 'new');
            pods = pods.map((each, index) => (index === next ? { ...each, ready: true } : each));
          }
          expect(pods.map(({ specHash, ready }) => ({ specHash, ready }))).toEqual(
            Array.from({ length: replicas }, () => ({ specHash: 'new', ready: true })),
          );
        },
      ),
    );
  });
});

describe('The status of a Deployment', () => {
  it('counts what is ready and says what is wrong', () => {
    const pods = [
      { specHash: 'h', ready: true, stopping: false, phase: 'Asleep' as const, message: '' },
      {
        specHash: 'h',
        ready: false,
        stopping: false,
        phase: 'CrashLoopBackOff' as const,
        message: 'exit code 1: x',
      },
    ];
    expect(deploymentStatus(4, { replicas: 2, specHash: 'h' }, pods)).toMatchObject({
      observedGeneration: 4,
      readyReplicas: 1,
      unavailableReplicas: 1,
      conditions: [
        { type: 'Available', status: 'False' },
        { type: 'Progressing', reason: 'CrashLoopBackOff', message: 'exit code 1: x' },
      ],
    });
  });
});

describe('The environment of a pod', () => {
  const [container] = podTemplateSchema.parse({
    spec: {
      containers: [
        {
          name: 'app',
          image: 'i',
          envFrom: [{ configMapRef: { name: 'app' } }],
          env: [
            { name: 'OWN', value: 'own' },
            { name: 'NS', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
            { name: 'KEY', valueFrom: { configMapKeyRef: { name: 'other', key: 'k' } } },
          ],
        },
      ],
    },
  }).spec.containers;
  const maps: Record<string, Record<string, string>> = {
    app: { OWN: 'map', HOST: 'https://storage.googleapis.com/x', FILE: '/var/run/token/file', PORT: '8080' },
    other: { k: 'v' },
  };
  const sources: EnvironmentSources = {
    container,
    configMap: (name) => maps[name],
    fields: { 'metadata.namespace': 't-acme' },
    aliases: new Map([['https://storage.googleapis.com', 'http://127.0.0.1:9']]),
    mounts: new Map([['/var/run/token', '/data/pod/volumes/token']]),
    port: 21_000,
    otherPorts: new Map([['grpc', 21_001]]),
    podName: 'app-x',
    path: '/bin',
    home: '/data/pod',
  };

  it('is made of its ConfigMap, its own variables and what the kubelet gives', () => {
    expect(podEnvironment(sources)).toEqual({
      OWN: 'own',
      NS: 't-acme',
      KEY: 'v',
      HOST: 'http://127.0.0.1:9/x',
      FILE: '/data/pod/volumes/token/file',
      PORT: '21000',
      GRPC_PORT: '21001',
      POD_NAME: 'app-x',
      PATH: '/bin',
      HOME: '/data/pod',
    });
  });

  it('cannot be made without the ConfigMaps, keys and fields that it names', () => {
    const missing = (more: Partial<EnvironmentSources>) => () => podEnvironment({ ...sources, ...more });
    expect(missing({ configMap: () => undefined })).toThrow(PodStartError);
    expect(missing({ configMap: (name) => (name === 'app' ? {} : {}) })).toThrow(
      'ConfigMap "other" has no key "k"',
    );
    expect(missing({ fields: {} })).toThrow('the twin has no field metadata.namespace');
  });
});

describe('A pod that crashed', () => {
  it('is started again at once, then after longer and longer pauses up to a minute', () => {
    expect([1, 2, 3, 4, 9, 50].map(restartDelayMs)).toEqual([0, 500, 1_000, 2_000, 60_000, 60_000]);
  });

  it('says the line of its log that explains it', () => {
    const stack =
      'Starting\nfile:///x.mjs:5\n    throw new TypeError("no")\n    ^\n\nTypeError: no\n    at x (y:1:2)\n\nNode.js v24.21.0\n';
    expect(crashMessage('exit code 1', stack)).toBe('exit code 1: TypeError: no');
    expect(crashMessage('exit code 2', 'a\n{"msg":"disk full"}\n')).toBe('exit code 2: disk full');
    expect(crashMessage('signal SIGKILL', '')).toBe('signal SIGKILL, nothing was logged');
  });
});

describe('A pod of an earlier twin', () => {
  const record = {
    name: 'app-1',
    cell: 'local',
    namespace: 't-acme',
    deployment: 'app',
    uid: 'u',
    pid: 1,
    pidStarted: 's',
    port: 1,
    restarts: 2,
    image: 'i',
    specHash: 'h',
    message: 'x',
  };
  it('is asleep when it had been ready, and starts anew when it never was', () => {
    expect(adoptedState({ ...record, phase: 'Running', ready: true }, 'h')).toMatchObject({
      phase: 'Asleep',
      ready: true,
      restarts: 2,
    });
    expect(adoptedState({ ...record, phase: 'CrashLoopBackOff', ready: false }, 'h')).toMatchObject({
      phase: 'Pending',
      ready: false,
    });
  });
  it('is given up when its Deployment is gone, or wants another spec', () => {
    expect(adoptedState({ ...record, phase: 'Running', ready: true }, undefined)).toBeUndefined();
    expect(adoptedState({ ...record, phase: 'Running', ready: true }, 'other')).toBeUndefined();
    expect(adoptedState({ ...record, phase: 'Stopping', ready: false }, 'h')).toBeUndefined();
  });
});
