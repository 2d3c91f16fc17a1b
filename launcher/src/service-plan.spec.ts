import { parseSettings } from '@leasehold/settings';
import { describe, expect, it } from 'vitest';
import { inheritedEnvironment } from './inherited-environment.js';
import { controlPlanePlan, gatewayPlan, twinPlan, type Surroundings } from './service-plan.js';

const around: Surroundings = {
  repository: '/repo',
  settings: parseSettings('launcher', {
    LEASEHOLD_DATA_DIR: '/d',
    LEASEHOLD_TOOLS_DIR: '/t',
    LEASEHOLD_PORT: '9000',
  }),
  data: {
    root: '/d',
    postgres: '/d/postgres',
    secrets: '/d/secrets',
    pids: '/d/run/pids',
    logs: '/d/logs',
    adminKey: '/d/admin.key',
    jwks: '/d/twin/jwks.json',
  },
  ownerUrl: 'postgresql://leasehold_owner:owner-secret@/leasehold?host=%2Fd',
  passwords: {
    leasehold_app: 'app',
    leasehold_platform: 'pla',
    leasehold_twin: 'twi',
    leasehold_gateway: 'gat',
  },
};
const gateway = { port: 7001, adminPort: 7002 };
const twin = { objectStorePort: 7003, edgePort: 8081, dnsPort: 8053 };

const environments = {
  'data-gateway': gatewayPlan(around).environment(undefined),
  twin: twinPlan(around, gateway).environment(undefined),
  'control-plane': controlPlanePlan(around, gateway, twin).environment(undefined),
} as const;

describe('what each service is told', () => {
  it.each(Object.entries(environments))('is accepted by the settings of %s', (program, environment) => {
    expect(() => parseSettings(program as keyof typeof environments, environment)).not.toThrow();
  });

  it.each(Object.entries(environments))(
    '%s never gets the password of the database’s owner',
    (_program, environment) => {
      expect(JSON.stringify(environment)).not.toContain('owner-secret');
    },
  );

  it('the data gateway gets the one database role that it needs', () => {
    const urls = Object.values(environments['data-gateway']).filter((value) =>
      value.startsWith('postgresql:'),
    );
    expect(urls).toEqual(['postgresql://leasehold_gateway:gat@/leasehold?host=%2Fd']);
  });

  it('the control plane is told where the pods send their traces', () => {
    const traces = {
      LEASEHOLD_WORKLOAD_OTLP_ENDPOINT: 'http://localhost:4318',
      LEASEHOLD_WORKLOAD_OTLP_HEADERS_SECRET: 'shared-otlp',
      LEASEHOLD_WORKLOAD_TRACE_RATIO: '0.5',
    };
    const settings = parseSettings('launcher', traces);
    const environment = controlPlanePlan({ ...around, settings }, gateway, twin).environment(undefined);
    expect(environment).toMatchObject(traces);
  });

  it('repeats the ports of the life before a crash', () => {
    expect(twinPlan(around, gateway).environment(twin)).toMatchObject({
      LEASEHOLD_OBJECT_STORE_PORT: '7003',
    });
    expect(gatewayPlan(around).environment(gateway)).toMatchObject({
      LEASEHOLD_GATEWAY_PORT: '7001',
      LEASEHOLD_GATEWAY_ADMIN_PORT: '7002',
    });
  });

  it('inherits nothing of the launcher’s own settings, and finds the pinned Node first', () => {
    expect(
      inheritedEnvironment(
        { HOME: '/h', PATH: '/bin', LEASEHOLD_API_KEY: 'lh_x', BIGTABLE_EMULATOR_HOST: 'h:1' },
        '/repo/node_modules/node/bin/node',
      ),
    ).toEqual({ HOME: '/h', PATH: '/repo/node_modules/node/bin:/bin' });
  });
});
