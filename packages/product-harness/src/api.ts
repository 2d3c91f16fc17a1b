import { z } from 'zod';
import { until } from './until.js';

const operationSchema = z.looseObject({
  id: z.string(),
  kind: z.string(),
  tenantId: z.string().nullable(),
  state: z.enum([
    'queued',
    'running',
    'waiting_approval',
    'cancelling',
    'rolling_back',
    'succeeded',
    'failed',
    'cancelled',
    'rolled_back',
  ]),
  steps: z.array(z.looseObject({ name: z.string(), state: z.string() })),
  error: z.looseObject({ code: z.string(), message: z.string() }).nullish(),
});
export type Operation = z.output<typeof operationSchema>;

const tenantSchema = z.looseObject({
  id: z.string(),
  slug: z.string(),
  state: z.string(),
  url: z.string().nullish(),
});
export type Tenant = z.output<typeof tenantSchema>;

const live = new Set<Operation['state']>(['queued', 'running', 'cancelling', 'rolling_back']);

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The admin REST API as a program of the operator's would use it. */
export class Api {
  constructor(
    readonly base: string,
    private readonly key: string,
  ) {}

  as(key: string): Api {
    return new Api(this.base, key);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.base + path, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  /** Asks the state backend, as a Pulumi CLI with the same key would. */
  stack(project: string, name: string): Promise<Answer> {
    return this.call('GET', `/api/stacks/leasehold/${project}/${name}`, undefined, {
      authorization: `token ${this.key}`,
    });
  }

  /** @throws Error with the whole answer when it is not the expected status. */
  private async expect(status: number, answer: Promise<Answer>): Promise<unknown> {
    const { status: got, body } = await answer;
    if (got !== status) throw new Error(`expected ${status}, got ${got}: ${JSON.stringify(body)}`);
    return body;
  }

  async createTenant(spec: object, headers: Record<string, string> = {}): Promise<Operation> {
    return operationSchema.parse(await this.expect(202, this.call('POST', '/v1/tenants', spec, headers)));
  }

  async tenant(idOrSlug: string): Promise<Tenant> {
    return tenantSchema.parse(await this.expect(200, this.call('GET', `/v1/tenants/${idOrSlug}`)));
  }

  async tenants(): Promise<Tenant[]> {
    const body = await this.expect(200, this.call('GET', '/v1/tenants?limit=500'));
    return z.object({ items: z.array(tenantSchema) }).parse(body).items;
  }

  async operations(): Promise<Operation[]> {
    const body = await this.expect(200, this.call('GET', '/v1/operations?limit=500'));
    return z.object({ items: z.array(operationSchema) }).parse(body).items;
  }

  async reconcile(idOrSlug: string): Promise<Operation> {
    return operationSchema.parse(
      await this.expect(202, this.call('POST', `/v1/tenants/${idOrSlug}/reconcile`)),
    );
  }

  async purge(idOrSlug: string): Promise<Operation> {
    const current = await this.call('GET', `/v1/tenants/${idOrSlug}`);
    const etag = current.headers.get('etag') ?? '';
    const answer = this.call('DELETE', `/v1/tenants/${idOrSlug}?purge=true`, undefined, { 'if-match': etag });
    return operationSchema.parse(await this.expect(202, answer));
  }

  async operation(id: string): Promise<Operation> {
    return operationSchema.parse(await this.expect(200, this.call('GET', `/v1/operations/${id}`)));
  }

  /** Waits until an operation has ended, and returns it. */
  async ended(id: string): Promise<Operation> {
    let operation = await this.operation(id);
    await until(
      `operation ${id} to end`,
      async () => {
        operation = await this.operation(id);
        return !live.has(operation.state);
      },
      { deadlineMs: 120_000, explain: () => JSON.stringify(operation) },
    );
    return operation;
  }

  /** Onboards a client and waits for it. @throws Error when the operation does not succeed. */
  async onboard(spec: object): Promise<Operation> {
    const operation = await this.ended((await this.createTenant(spec)).id);
    if (operation.state !== 'succeeded')
      throw new Error(`onboarding ended ${operation.state}: ${JSON.stringify(operation)}`);
    return operation;
  }
}
