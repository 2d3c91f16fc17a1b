import { problem, type Reply, type Route, type TenantRequest } from '@leasehold/tenant-kit';
import { GeneratorError, type MemeType } from '../generators/generator.js';
import { accountOf, answered, refused } from './answers.js';
import { fingerprintOf, idempotencyKey, parseMemeRequest } from './meme-request.js';
import type { MemeResult, MemeService, Offer } from './meme-service.js';

export interface MemeRoutesOptions {
  readonly service: Pick<MemeService, 'make'>;
  readonly offers: Readonly<Record<MemeType, Offer>>;
  /** Told of each answer: its status, and how long it took in milliseconds. */
  readonly observe: (status: number, ms: number) => void;
}

/** Callers with this role get memes of the AI. */
const aiRole = 'ai';

/** `GET /memes`: one meme, and its price is charged. HEAD makes none. */
export function memeRoutes(options: MemeRoutesOptions): Route[] {
  return [
    {
      path: '/memes',
      access: 'user',
      methods: {
        GET: async (request) => {
          const started = performance.now();
          const reply = await answered(() => makeMeme(request, options), { generatorFailure });
          options.observe(reply.status, performance.now() - started);
          return reply;
        },
        HEAD: () => ({ status: 200, headers: { 'cache-control': 'no-store' } }),
      },
    },
  ];
}

async function makeMeme(request: TenantRequest, { service, offers }: MemeRoutesOptions): Promise<Reply> {
  const wanted = parseMemeRequest(request.query);
  const key = idempotencyKey(request);
  const { account, roles } = accountOf(request);
  const call = {
    account,
    request: wanted,
    key: key === undefined ? undefined : { key, fingerprint: fingerprintOf(['memes', wanted]) },
  };
  return replyTo(await service.make(call, roles.includes(aiRole) ? offers.ai : offers.text));
}

function replyTo(result: MemeResult): Reply {
  if (result.result === 'made') {
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    return { status: 200, headers, body: result.body };
  }
  if (result.result !== 'quota') return refused(result);
  return problem(429, 'quota_exceeded', 'The memes of this day are used up.', {
    'retry-after': String(result.retryAfterSeconds),
  });
}

function generatorFailure(error: unknown): Reply | undefined {
  if (!(error instanceof GeneratorError)) return undefined;
  const detail = 'No meme could be made, and nothing was charged. Try again later.';
  return problem(503, 'generator_unavailable', detail, { 'retry-after': '5' });
}
