import { unwrap } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { renderFacts } from '../output/facts.js';
import type { Act } from './act.js';

/** `leasehold whoami` */
export function whoamiCommand(program: Command, act: Act): void {
  program
    .command('whoami')
    .description('which key asks, as what, and until when')
    .action(act((context) => whoami(context)));
}

async function whoami(context: Context): Promise<void> {
  const found = await unwrap((await api(context)).GET('/v1/whoami'));
  const { key, role, tenantId, rateLimit } = found;
  const facts = renderFacts([
    ['key', `${key.id} (${key.name})`],
    ['role', role],
    ['tenant', tenantId ?? 'none: the whole platform'],
    ['valid until', key.expiresAt ?? 'it is revoked'],
    ['may ask', `${rateLimit.quota} times in ${rateLimit.windowSeconds} s`],
  ]);
  context.printer.result(found, facts);
}
