import { unwrap, type IssuedToken } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { collect, defined, wholeNumber } from '../option-values.js';
import type { Act } from './act.js';

interface CreateOptions {
  member?: string;
  subject?: string;
  role?: string[];
  minutes?: number;
}

/** `leasehold tokens create` */
export function tokensCommands(program: Command, act: Act): void {
  program
    .command('tokens')
    .description("short tokens for a tenant's product")
    .command('create <tenant>')
    .description('issue a token, for a member or for any subject; it is shown this once')
    .option('--member <member>', 'a member, by its id: with the roles that it has')
    .option('--subject <subject>', 'or any other subject')
    .option('--role <role>', 'of the subject (repeatable)', collect)
    .option('--minutes <number>', 'how long it is valid', wholeNumber(1, 60))
    .action(act((context, id: string, options: CreateOptions) => create(context, id, options)));
}

async function create(context: Context, id: string, options: CreateOptions): Promise<void> {
  const { member, subject, role, minutes } = options;
  if ((member === undefined) === (subject === undefined))
    throw new UsageError('Name --member or --subject: one of them.');
  if (member !== undefined && role !== undefined)
    throw new UsageError('A member has its own roles: members update changes them.');
  const client = await api(context);
  const call =
    member === undefined
      ? client.POST('/v1/tenants/{id}/tokens', {
          params: { path: { id } },
          body: { subject: subject ?? '', ...defined({ roles: role, minutes }) },
        })
      : client.POST('/v1/tenants/{id}/members/{member}/tokens', {
          params: { path: { id, member } },
          body: defined({ minutes }),
        });
  tell(context, await unwrap(call));
}

/** The token alone goes to standard output, so that a script can use it. */
function tell({ printer }: Context, token: IssuedToken): void {
  printer.result(token, token.token ?? 'The token was shown before.');
  if (!printer.json) printer.note(`Of ${token.subject}, until ${token.expiresAt}.`);
}
