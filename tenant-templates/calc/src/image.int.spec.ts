import { PlatformUnderTest, Pod } from '@leasehold/tenant-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CalcClient } from './testing/calc-client.js';
import { EventReader } from './testing/event-reader.js';

const greatest = '9223372036854775807';
const least = '-9223372036854775808';

let platform: PlatformUnderTest;
let pod: Pod;

const start = async (slug: string, parameters: object = {}): Promise<Pod> =>
  Pod.start(platform.image, { ...(await platform.tenant(slug, parameters)), GRPC_PORT: '0' });
const clientOf = (of: Pod, service: 'Calc' | 'CalcEvents' = 'Calc'): CalcClient =>
  CalcClient.open(`127.0.0.1:${of.grpcPort}`, service);
const post = (path: string, body: unknown, to = pod) =>
  to.get(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

beforeAll(async () => {
  platform = await PlatformUnderTest.start(new URL('..', import.meta.url));
  pod = await start('shared');
});
afterAll(async () => {
  await pod[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

describe('a gRPC client', () => {
  it.each([
    ['Add', { a: '2', b: '5' }, { sum: '7' }],
    ['Add', { a: '-2', b: '2' }, { sum: '0' }],
    ['Add', { a: greatest, b: least }, { sum: '-1' }],
    ['Add', { a: '9007199254740993', b: '0' }, { sum: '9007199254740993' }],
    ['Add', { a: '-1', b: greatest }, { sum: '9223372036854775806' }],
    ['Max', { a: '2', b: '5' }, { max: '5' }],
    ['Max', { a: least, b: greatest }, { max: greatest }],
    ['Max', { a: least, b: '-9223372036854775807' }, { max: '-9223372036854775807' }],
    ['NthPrimes', { n: ['1', '2', '12', '10001'] }, { nthPrimes: ['2', '3', '37', '104743'] }],
    ['NthPrimes', { n: [] }, { nthPrimes: [] }],
  ])('%s(%o) is %o', async (method, request, answer) => {
    using client = clientOf(pod);
    expect(await client.call(method, request)).toEqual({ answer });
  });

  it.each([
    ['Add', { a: greatest, b: '1' }, `${greatest} + 1`],
    ['Add', { a: least, b: '-1' }, `${least} + -1`],
    ['NthPrimes', { n: ['0'] }, '1 <= n <= 10001'],
    ['NthPrimes', { n: ['1', '10002'] }, '1 <= n <= 10001'],
    ['NthPrimes', { n: ['18446744073709551615'] }, '1 <= n <= 10001'],
  ])('%s(%o) ends with OUT_OF_RANGE: %s', async (method, request, details) => {
    using client = clientOf(pod);
    expect(await client.call(method, request)).toEqual({ code: 11, details });
  });

  it.each<[string, string, string]>([
    ['unknown fields are ignored', '08021005 1807 2a0161 3901000000000000004502000000', '0807'],
    ['the last value of a field counts', '0801 0802 1005', '0807'],
    ['an unknown group is skipped', '0802 1b 0801 1c 1005', '0807'],
    ['a field of another type is not the field', '0802 0a0105 1005', '0807'],
    ['nothing at all is 0 + 0', '', ''],
  ])('%s, as proto3 has it', async (_rule, sent, answer) => {
    using client = clientOf(pod);
    const bytes = Buffer.from(sent.replaceAll(' ', ''), 'hex');
    expect(await client.raw('/calc.Calc/Add', bytes)).toEqual({ answer: Buffer.from(answer, 'hex') });
  });

  it('may send the places packed, unpacked, or some of each, and gets them packed', async () => {
    using client = clientOf(pod);
    const sent = Buffer.from('08010a0202030804', 'hex');
    const answer = Buffer.from('0a0402030507', 'hex');
    expect(await client.raw('/calc.Calc/NthPrimes', sent)).toEqual({ answer });
  });

  it.each([
    ['a number that is cut short', '08ff'],
    ['a number of eleven bytes', '08ffffffffffffffffffff01'],
    ['field number 0', '0001'],
    ['a wire type that does not exist', '0f'],
    ['a group that ends before it begins', '0c'],
    ['a group that does not end', '1b0801'],
    ['a text longer than the message', '2a7f61'],
  ])('is told INVALID_ARGUMENT for %s', async (_what, sent) => {
    using client = clientOf(pod);
    const end = await client.raw('/calc.Calc/Add', Buffer.from(sent, 'hex'));
    expect('code' in end && [end.code, end.details.slice(0, 27)]).toEqual([3, 'The message cannot be read:']);
  });

  it('is told UNIMPLEMENTED for a method that there is not, and RESOURCE_EXHAUSTED for too long a message', async () => {
    using client = clientOf(pod);
    expect(await client.raw('/calc.Calc/Sub', Buffer.alloc(0))).toMatchObject({ code: 12 });
    expect(await client.raw('/calc.Calc/NthPrimes', Buffer.alloc(300 * 1024))).toMatchObject({ code: 8 });
  });

  it('is over the limit with RESOURCE_EXHAUSTED, and unproved with UNAUTHENTICATED, where the tenant asks for it', async () => {
    await using limited = await start('limited', { rateLimitPerSecond: 1 });
    using first = clientOf(limited);
    const codes = await Promise.all(Array.from({ length: 4 }, () => first.call('Add', { a: '1', b: '1' })));
    expect(codes.some((end) => 'code' in end && end.code === 8)).toBe(true);
    await using closed = await start('closed', { auth: 'jwt' });
    using second = clientOf(closed);
    expect(await second.call('Add', { a: '1', b: '1' })).toMatchObject({ code: 16 });
    const authorization = `Bearer ${await platform.token('closed', 'ada')}`;
    expect(await second.call('Add', { a: '1', b: '1' }, { authorization })).toEqual({ answer: { sum: '2' } });
    expect((await post('/v1/calc/add', { a: '1', b: '1' }, closed)).status).toBe(401);
  });
});

describe('an HTTP client', () => {
  it.each([
    ['add', { a: '2', b: '5' }, '{"sum":"7"}'],
    ['add', { a: greatest, b: least }, '{"sum":"-1"}'],
    ['add', { a: 2, b: -5 }, '{"sum":"-3"}'],
    ['max', { a: '2', b: '5' }, '{"max":"5"}'],
    ['np', { n: ['2', '12'] }, '{"nthPrimes":["3","37"]}'],
    ['np', { n: [] }, '{"nthPrimes":[]}'],
  ])('POST /v1/calc/%s %o is answered %s', async (command, body, answer) => {
    const { status, headers, body: got } = await post(`/v1/calc/${command}`, body);
    expect([status, headers.get('content-type'), got]).toEqual([200, 'application/json', answer]);
  });

  it.each([
    ['add', { a: greatest, b: '1' }, 'OUT_OF_RANGE', `${greatest} + 1`],
    ['np', { n: ['0'] }, 'OUT_OF_RANGE', '1 <= n <= 10001'],
    ['np', { n: ['10002'] }, 'OUT_OF_RANGE', '1 <= n <= 10001'],
    ['np', { n: ['-1'] }, 'OUT_OF_RANGE', '1 <= n <= 10001'],
    ['np', { n: ['99999999999999999999999'] }, 'OUT_OF_RANGE', '1 <= n <= 10001'],
    [
      'np',
      { n: ['x'] },
      'INVALID_ARGUMENT',
      'n[0] must be a whole number as a decimal string, such as "12".',
    ],
    ['np', { n: '2' }, 'INVALID_ARGUMENT', 'n must be a list of decimal strings.'],
    ['add', { a: '9223372036854775808', b: '1' }, 'INVALID_ARGUMENT', /^a must be an int64/],
    ['add', { a: 9007199254740993, b: '1' }, 'INVALID_ARGUMENT', /^a must be an int64/],
    ['add', { a: '1.5', b: '1' }, 'INVALID_ARGUMENT', /^a must be an int64/],
    ['add', { a: '', b: '1' }, 'INVALID_ARGUMENT', /^a must be an int64/],
    ['add', { a: '0x10', b: '1' }, 'INVALID_ARGUMENT', /^a must be an int64/],
    ['add', { a: '1' }, 'INVALID_ARGUMENT', /^b must be an int64/],
    ['add', { a: '1', b: '2', c: '3' }, 'INVALID_ARGUMENT', /^"c" is unknown/],
    ['add', [], 'INVALID_ARGUMENT', /^Expected a JSON object with a and b/],
    ['add', 'null', 'INVALID_ARGUMENT', /^Expected a JSON object/],
    ['add', '{"a":', 'INVALID_ARGUMENT', 'The body is not JSON.'],
    ['add', '', 'INVALID_ARGUMENT', 'The body is not JSON.'],
  ])('POST /v1/calc/%s %j is refused with %s', async (command, body, code, detail) => {
    const answer = await post(`/v1/calc/${command}`, body);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    const matching: unknown = detail instanceof RegExp ? expect.stringMatching(detail) : detail;
    expect(JSON.parse(answer.body)).toEqual({ type: 'about:blank', status: 400, code, detail: matching });
  });

  it('is told 405 for another method, 404 for another path, 413 for too long a body', async () => {
    const wrong = await pod.get('/v1/calc/add');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await post('/v1/calc/sub', {})).status).toBe(404);
    expect((await post('/v1/calc/np', 'x'.repeat(300 * 1024))).status).toBe(413);
  });

  it('finds the definitions of the gRPC services, and a page', async () => {
    expect((await pod.get('/proto/calc.proto')).body).toContain('service Calc {');
    expect((await pod.get('/proto/calc_events.proto')).body).toContain('service CalcEvents {');
    expect((await pod.get('/')).body).toContain('<button type="submit">Calculate</button>');
  });
});

describe('the log', () => {
  it('has each direct call as a command and its result, also those that failed', async () => {
    await using fresh = await start('direct');
    await post('/v1/calc/add', { a: '2', b: '5' }, fresh);
    await post('/v1/calc/np', { n: ['0'] }, fresh);
    using client = clientOf(fresh);
    await client.call('Max', { a: '2', b: '5' });
    await using reader = await EventReader.open(fresh);
    expect(await reader.take(6)).toEqual([
      {
        id: '1',
        event: 'command',
        data: { type: 'command', id: '1', command: 'add', parameters: { a: '2', b: '5' } },
      },
      { id: '2', event: 'result', data: { type: 'result', command_id: '1', result: { sum: '7' } } },
      {
        id: '3',
        event: 'command',
        data: { type: 'command', id: '3', command: 'np', parameters: { n: ['0'] } },
      },
      {
        id: '4',
        event: 'result',
        data: {
          type: 'result',
          command_id: '3',
          error: { code: 'OUT_OF_RANGE', message: '1 <= n <= 10001' },
        },
      },
      {
        id: '5',
        event: 'command',
        data: { type: 'command', id: '5', command: 'max', parameters: { a: '2', b: '5' } },
      },
      { id: '6', event: 'result', data: { type: 'result', command_id: '5', result: { max: '5' } } },
    ]);
  });

  it('takes a command, has it executed, and tells the result by its id', async () => {
    const accepted = await post('/v1/commands', { command: 'add', parameters: { a: '2', b: '5' } });
    expect(accepted.status).toBe(202);
    const { id } = JSON.parse(accepted.body) as { id: string };
    expect(accepted.headers.get('location')).toBe(`/v1/commands/${id}`);
    await expect
      .poll(async () => JSON.parse((await pod.get(`/v1/commands/${id}`)).body) as unknown, {
        timeout: 10_000,
      })
      .toEqual({ id, state: 'done', result: { sum: '7' } });
    const failing = await post('/v1/commands', { command: 'np', parameters: { n: ['10002'] } });
    const { id: other } = JSON.parse(failing.body) as { id: string };
    await expect
      .poll(async () => JSON.parse((await pod.get(`/v1/commands/${other}`)).body) as unknown, {
        timeout: 10_000,
      })
      .toEqual({ id: other, state: 'failed', error: { code: 'OUT_OF_RANGE', message: '1 <= n <= 10001' } });
  });

  it.each([
    [{}, 'command must be add, max or np.'],
    [{ command: 'sub', parameters: {} }, 'command must be add, max or np.'],
    [{ command: 'add' }, 'Expected a JSON object with a and b.'],
    [
      { command: 'add', parameters: { a: '1', b: 'x' } },
      'b must be an int64 as a decimal string, such as "12".',
    ],
    [
      { command: 'add', parameters: { a: '1', b: '2' }, id: '7' },
      '"id" is unknown; expected command and parameters.',
    ],
    ['[', 'The body is not JSON.'],
  ])('refuses the command %j: %s', async (body, detail) => {
    const answer = await post('/v1/commands', body);
    expect([answer.status, (JSON.parse(answer.body) as { detail: string }).detail]).toEqual([400, detail]);
  });

  it('knows no other ids, topics or places', async () => {
    for (const id of ['0', '999999', 'x', '-1', '1e3', '9'.repeat(30)])
      expect((await pod.get(`/v1/commands/${id}`)).status).toBe(404);
    for (const query of [
      'topic=all',
      'topic=',
      'after=x',
      'after=-1',
      'after=1.5',
      `after=${'9'.repeat(17)}`,
    ])
      expect((await pod.get(`/v1/events?${query}`)).status).toBe(400);
    expect((await pod.get('/v1/events', { method: 'HEAD' })).status).toBe(405);
  });

  it('is told by topic, and from where a reader left it, over SSE and over gRPC', async () => {
    await using fresh = await start('topics');
    for (const a of ['1', '2', '3']) await post('/v1/calc/add', { a, b: '0' }, fresh);
    await using results = await EventReader.open(fresh, '?topic=results&after=2');
    expect((await results.take(2)).map(({ id }) => id)).toEqual(['4', '6']);
    await using commands = await EventReader.open(fresh, '?topic=commands&after=5', { 'last-event-id': '2' });
    expect((await commands.take(2)).map(({ id }) => id)).toEqual(['3', '5']);
    using client = clientOf(fresh, 'CalcEvents');
    expect(await client.take('Subscribe', { topic: 'TOPIC_RESULTS', after: '4' }, 1)).toEqual([
      {
        sequence: '6',
        event: 'result',
        result: { command_id: '5', outcome: 'result_json', result_json: '{"sum":"3"}' },
      },
    ]);
    expect(await client.take('Subscribe', {}, 1)).toMatchObject([
      { sequence: '1', command: { id: '1', command: 'add', parameters_json: '{"a":"1","b":"0"}' } },
    ]);
    expect(await client.call('Subscribe', { topic: 7 })).toMatchObject({ code: 3 });
  });

  it('tells readers live, until the pod stops, which is at once', async () => {
    await using fresh = await start('live');
    await using reader = await EventReader.open(fresh, '?after=latest');
    await post('/v1/calc/add', { a: '1', b: '1' }, fresh);
    expect((await reader.take(2)).map(({ id }) => id)).toEqual(['1', '2']);
    using client = clientOf(fresh, 'CalcEvents');
    const streamed = client.take('Subscribe', { after: '2' }, 1).catch((error: unknown) => error);
    await expect.poll(async () => (await fresh.get('/metrics')).body).toMatch(/^grpc_calls_in_flight 1$/m);
    expect(await fresh.stop()).toBe(0);
    expect(await reader.end()).toEqual([]);
    expect(await streamed).toMatchObject({ code: 14 });
  });
});
