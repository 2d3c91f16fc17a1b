import { createHash, timingSafeEqual } from 'node:crypto';
import { json, problem, type Reply, type Route, type TenantRequest } from '@leasehold/tenant-kit';
import type { Ledger } from '../ledger/ledger.js';
import { answered } from '../memes/answers.js';
import { BadRequestError } from '../memes/meme-request.js';
import { parseMessage } from './forward-message.js';
import type { ForwardMessage } from './peers.js';

export const forwardPath = '/internal/ledger/forwards';
/** Carries the secret of the lease: whoever can read the tenant's rows knows it, and nobody else. */
export const secretHeader = 'x-ledger-secret';

/** Where other replicas of the tenant send commands for the shards that this one leads. To everybody else there is nothing here. */
export function forwardRoute(ledger: Pick<Ledger, 'receive'>, secret: string): Route {
  const expected = digest(secret);
  return {
    path: forwardPath,
    access: 'open',
    // The caller's own request was counted by the replica that it came to.
    unlimited: true,
    unmetered: true,
    methods: {
      POST: (request) => {
        const given = request.headers[secretHeader];
        return typeof given === 'string' && timingSafeEqual(digest(given), expected)
          ? answered(() => receive(request, ledger))
          : problem(404, 'not_found', 'There is nothing here.');
      },
    },
  };
}

async function receive(request: TenantRequest, ledger: Pick<Ledger, 'receive'>): Promise<Reply> {
  return json(await ledger.receive(messageOf(await request.body())));
}

function messageOf(body: Buffer): ForwardMessage {
  try {
    return parseMessage(body.toString('utf8'));
  } catch (cause) {
    throw new BadRequestError('The forward is not one that this release understands.', { cause });
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
