import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import {
  dropped,
  json,
  problem,
  unavailable,
  type Reply,
  type Route,
  type TenantRequest,
} from '@leasehold/tenant-kit';
import type { Accounts } from './accounts/accounts.js';
import { apiKeyOf } from './accounts/api-key.js';
import { parseRegistration } from './accounts/registration.js';
import { parseNewValue } from './new-value.js';
import type { StepResult } from './sequence/sequence-state.js';
import type { UserSequences } from './sequence/user-sequences.js';

export interface IntegersParts {
  accounts: Accounts;
  sequences: UserSequences;
  minPasswordLength: number;
}

const noStore = { 'cache-control': 'no-store' };
/** The API key is the authentication of these routes; the tenant's own is not asked for. */
const access = 'open';

/** The interface of integers. HEAD takes no number. */
export function integersRoutes(parts: IntegersParts): Route[] {
  const { accounts, sequences } = parts;
  const asUser = withUser(accounts);
  return [
    { path: '/v1/register', access, methods: { POST: told((request) => register(parts, request)) } },
    {
      path: '/v1/next',
      access,
      methods: {
        GET: told(asUser(async (user) => stepped(await sequences.submit(user, 'next')))),
        HEAD: told(asUser(() => Promise.resolve({ status: 200, headers: noStore }))),
      },
    },
    {
      path: '/v1/current',
      access,
      methods: {
        GET: told(asUser(async (user) => valueReply(await sequences.current(user)))),
        PUT: told(
          asUser(async (user, request) => {
            const wanted = parseNewValue((await request.body()).toString(), request.headers['content-type']);
            if (typeof wanted === 'string') return invalid(wanted);
            return stepped(await sequences.submit(user, { set: wanted }));
          }),
        ),
      },
    },
  ];
}

async function register(
  { accounts, minPasswordLength }: IntegersParts,
  request: TenantRequest,
): Promise<Reply> {
  const registration = parseRegistration((await request.body()).toString(), minPasswordLength);
  if (typeof registration === 'string') return invalid(registration);
  const apiKey = await accounts.register(registration);
  if (apiKey === undefined) return problem(409, 'email_taken', 'This email has an account already.');
  const reply = json({ apiKey }, 201);
  return { ...reply, headers: { ...reply.headers, ...noStore } };
}

type UserHandler = (user: string, request: TenantRequest) => Promise<Reply>;
type AsyncHandler = (request: TenantRequest) => Promise<Reply>;

function withUser(accounts: Accounts): (handler: UserHandler) => AsyncHandler {
  return (handler) => async (request) => {
    const key = apiKeyOf(request.headers['authorization']);
    const user = key === undefined ? undefined : await accounts.userOf(key);
    return user === undefined ? unauthorized() : handler(user, request);
  };
}

/** What becomes of a request whose rows cannot be had, or whose outcome cannot be known: then no answer would be true. */
function told(handler: AsyncHandler): AsyncHandler {
  return async (request) => {
    try {
      return await handler(request);
    } catch (error) {
      if (error instanceof OutcomeUnknownError) return dropped();
      if (error instanceof DataUnavailableError)
        return unavailable('The numbers cannot be reached; nothing was changed.', error.retryAfterSeconds);
      throw error;
    }
  };
}

function stepped(result: StepResult): Reply {
  return result === undefined
    ? invalid('The value would be greater than 9007199254740991 (2^53-1).')
    : valueReply(result);
}

function valueReply(value: number): Reply {
  const reply = json({ value });
  return { ...reply, headers: { ...reply.headers, ...noStore } };
}

function invalid(detail: string): Reply {
  return problem(400, 'invalid', detail);
}

function unauthorized(): Reply {
  return problem(401, 'unauthorized', 'Give your API key: Authorization: Bearer ik_...', {
    'www-authenticate': 'Bearer realm="integers"',
  });
}
