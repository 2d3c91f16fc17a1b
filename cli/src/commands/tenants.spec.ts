import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  answerEachTest,
  events,
  json,
  leasehold,
  now,
  operation,
  routes,
  seen,
  tenant,
} from '../testing/answering-api.js';

answerEachTest();

describe('onboarding', () => {
  const args = [
    'tenants',
    'create',
    'acme',
    '--template',
    'counter',
    '--display-name',
    'Acme',
    '--parameter',
    'rateLimitPerSecond=5',
    '--label',
    'tier=gold',
  ];

  it('shows the steps as they happen and ends with the address', async () => {
    routes['POST /v1/tenants'] = json(202, operation('queued'));
    const resources = { created: 3, updated: 0, deleted: 0, same: 0 };
    routes['GET /v1/operations/op_1/events'] = events(
      {
        type: 'operation.step',
        data: {
          name: 'apply',
          state: 'running',
          attempts: 1,
          message: null,
          resources,
          startedAt: now,
          endedAt: null,
        },
      },
      {
        type: 'operation.progress',
        data: {
          step: 'apply',
          message: null,
          resources,
          changes: [{ name: 'app', type: 'Service', op: 'create', phase: 'done' }],
        },
      },
      {
        type: 'operation.step',
        data: {
          name: 'apply',
          state: 'succeeded',
          attempts: 1,
          message: null,
          resources,
          startedAt: now,
          endedAt: now,
        },
      },
      { type: 'operation.state', data: { state: 'succeeded', endedAt: now } },
    );
    routes['GET /v1/operations/op_1'] = json(200, operation('succeeded', { endedAt: now }));
    routes['GET /v1/tenants/ten_1'] = json(200, tenant);
    const { code, out } = await leasehold(args);
    expect(out).toBe(
      '▸ apply\n    + Service app\n✓ apply  0.0 s  (3 created)\ntenant.create succeeded: http://acme.localhost:8081\n',
    );
    expect(code).toBe(0);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      slug: 'acme',
      displayName: 'Acme',
      template: 'counter',
      parameters: { rateLimitPerSecond: 5 },
      labels: { tier: 'gold' },
    });
  });

  it('shows the plan and its cost with --dry-run', async () => {
    const resources = [
      { type: 'kubernetes:core/v1:Namespace', name: 'Namespace/t-acme', op: 'create', urn: 'urn:1' },
    ];
    const findings = [{ object: 'Deployment/app', message: 'runs as root' }];
    const result = { resources, findings, cost: { currency: 'USD', perMonth: 3.5, items: [] } };
    routes['POST /v1/tenants?dryRun=true'] = json(202, operation('queued', { kind: 'preview' }));
    routes['GET /v1/operations/op_1/events'] = events({
      type: 'operation.state',
      data: { state: 'succeeded', endedAt: now },
    });
    routes['GET /v1/operations/op_1'] = json(
      200,
      operation('succeeded', { kind: 'preview', result, endedAt: now }),
    );
    const { code, out } = await leasehold([...args, '--dry-run']);
    expect(code).toBe(0);
    expect(out).toContain('create  kubernetes:core/v1:Namespace  Namespace/t-acme');
    expect(out).toContain('! Deployment/app: runs as root');
    expect(out).toContain('1 resources, 1 findings, about 3.50 USD a month. Nothing was changed.');
    expect(JSON.parse((await leasehold([...args, '--dry-run', '--json'])).out)).toEqual(result);
  });

  it('exits 6 with the reason and what to do when it fails', async () => {
    routes['POST /v1/tenants'] = json(202, operation('queued'));
    routes['GET /v1/operations/op_1/events'] = events({
      type: 'operation.state',
      data: { state: 'failed', endedAt: now },
    });
    const error = { code: 'quota', message: 'The cell is full.', resource: 'cell local', retryable: false };
    routes['GET /v1/operations/op_1'] = json(200, operation('failed', { endedAt: now, error }));
    const { code, err } = await leasehold(args);
    expect(code).toBe(6);
    expect(err).toContain('ended failed: The cell is full. [cell local]');
    expect(err).toContain('leasehold operations resume op_1');
    const script = await leasehold([...args, '--json']);
    expect([script.code, JSON.parse(script.out)]).toEqual([6, expect.objectContaining({ state: 'failed' })]);
  });

  it('returns at once with --no-watch', async () => {
    routes['POST /v1/tenants'] = json(202, operation('queued'));
    const { code, out } = await leasehold([...args, '--no-watch', '--idempotency-key', 'k1']);
    expect([code, out]).toEqual([0, 'tenant.create queued: leasehold operations watch op_1\n']);
    expect(seen[0]?.headers['idempotency-key']).toBe('k1');
  });
});

describe('narrowing a list', () => {
  it('joins what was asked for into one filter', async () => {
    const filter = encodeURIComponent('state = "active" AND (slug : "a")');
    routes[`GET /v1/tenants?limit=500&filter=${filter}&labels=tier%3Dgold`] = json(200, {
      items: [],
      nextCursor: null,
    });
    const { code } = await leasehold([
      'tenants',
      'list',
      '--state',
      'active',
      '--label',
      'tier=gold',
      '--filter',
      'slug : "a"',
    ]);
    expect([code, seen[0]?.route]).toEqual([0, Object.keys(routes)[0]]);
  });
});

describe('a specification in a file', () => {
  it('is read as YAML, and options go over it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leasehold-cli-'));
    const file = join(folder, 'acme.yaml');
    await writeFile(file, 'slug: acme\ntemplate: counter\nlabels: {tier: gold}\nplan: free\n');
    routes['POST /v1/tenants'] = json(202, operation('queued'));
    const { code } = await leasehold([
      'tenants',
      'create',
      '--file',
      file,
      '--plan',
      'standard',
      '--no-watch',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      slug: 'acme',
      displayName: 'acme',
      template: 'counter',
      labels: { tier: 'gold' },
      parameters: {},
      plan: 'standard',
    });
    await rm(folder, { recursive: true });
  });

  it.each(['- 1', 'text', ': : :'])('that is %j is refused before anything is sent', async (text) => {
    const folder = await mkdtemp(join(tmpdir(), 'leasehold-cli-'));
    const file = join(folder, 'plan.yaml');
    await writeFile(file, text);
    expect((await leasehold(['plans', 'create', '--file', file])).code).toBe(2);
    expect(seen).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

describe('deleting a tenant', () => {
  beforeEach(() => {
    routes['GET /v1/tenants/acme'] = json(200, tenant, { etag: '"7"' });
    routes['DELETE /v1/tenants/acme'] = json(202, operation('queued', { kind: 'tenant.delete' }));
    routes['DELETE /v1/tenants/acme?purge=true'] = json(202, operation('queued', { kind: 'tenant.purge' }));
  });

  it('takes away the tenant as it was read', async () => {
    expect((await leasehold(['tenants', 'delete', 'acme', '--no-watch'])).code).toBe(0);
    expect(seen[1]).toMatchObject({ route: 'DELETE /v1/tenants/acme', headers: { 'if-match': '"7"' } });
  });

  it('asks a person before, unless --yes says so', async () => {
    const asked: string[] = [];
    const answer = (text: string) => (question: string) => {
      asked.push(question);
      return Promise.resolve(text);
    };
    const args = ['tenants', 'delete', 'acme', '--no-watch'];
    const refused = await leasehold(args, {}, answer(''));
    expect([refused.code, refused.err]).toEqual([2, 'Nothing was changed.\n']);
    expect((await leasehold(args, {}, answer('y'))).code).toBe(0);
    expect((await leasehold([...args, '--yes'], {}, answer('n'))).code).toBe(0);
    expect(asked).toEqual(Array.from({ length: 2 }, () => 'Take the deployment of acme away? [y/N] '));
  });

  it('asks a person for the slug before a purge', async () => {
    const refused = await leasehold(['tenants', 'delete', 'acme', '--purge', '--no-watch'], {}, () =>
      Promise.resolve('yes'),
    );
    expect([refused.code, refused.err]).toEqual([2, 'Nothing was deleted.\n']);
    expect(seen.some(({ route }) => route.startsWith('DELETE'))).toBe(false);
    expect(
      (
        await leasehold(['tenants', 'delete', 'acme', '--purge', '--no-watch'], {}, () =>
          Promise.resolve('acme'),
        )
      ).code,
    ).toBe(0);
  });

  it('does not ask where nobody can answer', async () => {
    expect((await leasehold(['tenants', 'delete', 'acme', '--purge', '--no-watch'])).code).toBe(0);
    expect(seen.at(-1)?.route).toBe('DELETE /v1/tenants/acme?purge=true');
  });
});
