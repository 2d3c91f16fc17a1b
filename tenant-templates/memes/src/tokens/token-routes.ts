import { json, type Reply, type Route, type TenantRequest } from '@leasehold/tenant-kit';
import * as z from 'zod/mini';
import { checkLedger } from '../ledger/check-ledger.js';
import type { Ledger } from '../ledger/ledger.js';
import { sides, type Movement } from '../ledger/movement.js';
import { accountOf, answered, refused } from '../memes/answers.js';
import {
  accountName,
  BadRequestError,
  fingerprintOf,
  idempotencyKey,
  wholeNumber,
} from '../memes/meme-request.js';

const mostTokens = 1_000_000_000;
const pageSize = { usual: 50, max: 100 };
const admin = { role: 'admin' };

const purchaseSchema = z.strictObject({
  user: z.string(),
  tokens: z.number().check(z.int(), z.minimum(1), z.maximum(mostTokens)),
});

/** The balance and the statement of the caller, and what the tenant's admins do with the ledger. */
export function tokenRoutes(ledger: Ledger): Route[] {
  return [
    {
      path: '/tokens',
      access: 'user',
      methods: { GET: (request) => answered(() => balance(request, ledger)) },
    },
    {
      path: '/tokens/movements',
      access: 'user',
      methods: { GET: (request) => answered(() => movements(request, ledger)) },
    },
    {
      path: '/tokens/purchases',
      access: admin,
      methods: { POST: (request) => answered(() => purchase(request, ledger)) },
    },
    {
      path: '/tokens/check',
      access: admin,
      methods: { GET: () => answered(async () => fresh(json(await checkLedger(ledger)))) },
    },
  ];
}

async function balance(request: TenantRequest, ledger: Ledger): Promise<Reply> {
  return fresh(json({ balance: await ledger.balance(accountOf(request).account) }));
}

async function movements(request: TenantRequest, ledger: Ledger): Promise<Reply> {
  const { query } = request;
  const limit = wholeNumber(query, 'limit', { min: 1, max: pageSize.max }) ?? pageSize.usual;
  const before = wholeNumber(query, 'before', { min: 1, max: Number.MAX_SAFE_INTEGER });
  const page = { limit, ...(before === undefined ? {} : { before }) };
  const statement = await ledger.statement(accountOf(request).account, page);
  const next = statement.before;
  return fresh(
    json({
      movements: statement.movements.map(shown),
      next: next === undefined ? null : `/tokens/movements?before=${next}&limit=${limit}`,
    }),
  );
}

async function purchase(request: TenantRequest, ledger: Ledger): Promise<Reply> {
  const { user, tokens } = await purchaseOf(request);
  const account = accountName(user);
  const key = idempotencyKey(request);
  const outcome = await ledger.execute({
    type: 'purchase',
    account,
    tokens,
    request: key === undefined ? undefined : { key, fingerprint: fingerprintOf(['purchase', user, tokens]) },
  });
  if (outcome.result === 'done') return fresh(json({ user, tokens, balance: outcome.balance }, 201));
  if (outcome.result === 'replayed')
    return fresh(json({ user, tokens, balance: Number(outcome.answer) }, 201));
  return refused(outcome);
}

async function purchaseOf(request: TenantRequest): Promise<z.infer<typeof purchaseSchema>> {
  const body = await request.body();
  try {
    const content: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    const parsed = purchaseSchema.safeParse(content);
    if (parsed.success) return parsed.data;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new BadRequestError(
    `The body must be JSON: {"user": "<name>", "tokens": <whole number from 1 to ${mostTokens}>}.`,
  );
}

function shown({ seq, at, kind, tokens, balance }: Movement): object {
  const { from, to } = sides[kind];
  return { number: seq, at: new Date(at).toISOString(), kind, from, to, tokens, balance };
}

function fresh(reply: Reply): Reply {
  return { ...reply, headers: { ...reply.headers, 'cache-control': 'no-store' } };
}
