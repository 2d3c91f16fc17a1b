import { unwrap, type Issuer, type IssuerSpec } from '@leasehold/api-client';
import type { Command } from 'commander';
import { confirm } from '../confirm.js';
import { api, type Context } from '../context.js';
import { defined } from '../option-values.js';
import { renderFacts } from '../output/facts.js';
import type { Act } from './act.js';

interface SetOptions {
  issuer?: string;
  audience?: string;
  rolesClaim?: string;
  jwksUrl?: string;
}
interface RotateOptions {
  withdraw?: boolean;
  yes?: boolean;
}

/** `leasehold issuer ...` */
export function issuerCommands(program: Command, act: Act): void {
  const issuer = program.command('issuer').description("whose tokens a tenant's product takes");

  issuer
    .command('get <tenant>')
    .description('show the issuer and its keys')
    .action(act((context, id: string) => get(context, id)));

  issuer
    .command('set <tenant>')
    .description("name an issuer of the tenant's own; without --issuer the platform's is used again")
    .option('--issuer <url>', 'the iss of its tokens, with a discovery document')
    .option('--audience <audience>', 'the aud by which its tokens are for this tenant')
    .option('--roles-claim <claim>', 'the claim that holds the roles')
    .option('--jwks-url <url>', 'where its keys are, without a discovery document')
    .action(act((context, id: string, options: SetOptions) => set(context, id, options)));

  issuer
    .command('rotate <tenant>')
    .description("make a new signing key of the platform's issuer; it signs ten minutes later")
    .option('--withdraw', 'it signs at once, and nothing signed before counts any more')
    .option('--yes', 'do not ask')
    .action(act((context, id: string, options: RotateOptions) => rotate(context, id, options)));
}

async function get(context: Context, id: string): Promise<void> {
  const call = (await api(context)).GET('/v1/tenants/{id}/issuer', { params: { path: { id } } });
  show(context, await unwrap(call));
}

async function set(context: Context, id: string, options: SetOptions): Promise<void> {
  const { issuer, audience, rolesClaim, jwksUrl } = options;
  const own = defined({ issuer, audience, rolesClaim, jwksUrl });
  const body: IssuerSpec = { kind: Object.keys(own).length > 0 ? 'oidc' : 'platform', ...own };
  const call = (await api(context)).PUT('/v1/tenants/{id}/issuer', { params: { path: { id } }, body });
  show(context, await unwrap(call));
}

async function rotate(context: Context, id: string, options: RotateOptions): Promise<void> {
  const { withdraw = false } = options;
  if (withdraw) await confirm(context, `Withdraw every token of ${id}?`, options);
  const client = await api(context);
  const params = { path: { id } };
  show(context, await unwrap(client.POST('/v1/tenants/{id}/issuer/rotate', { params, body: { withdraw } })));
}

function show({ printer }: Context, issuer: Issuer): void {
  const facts = renderFacts([
    ['kind', issuer.kind],
    ['issuer', issuer.issuer],
    ['audience', issuer.audience],
    ['roles claim', issuer.rolesClaim],
    ['keys at', issuer.jwksUrl],
    ['published', issuer.published ? 'yes' : 'not yet'],
    ...issuer.keys.map(({ id, signsFrom, retiresAt }): [string, string] => [
      'key',
      `${id}, signs from ${signsFrom}${retiresAt === null ? '' : `, goes at ${retiresAt}`}`,
    ]),
  ]);
  printer.result(issuer, facts);
}
