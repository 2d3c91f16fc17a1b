import { expectDone, unwrap, type Member } from '@leasehold/api-client';
import type { Command } from 'commander';
import { confirm } from '../confirm.js';
import { api, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { collect, defined } from '../option-values.js';
import { renderFacts } from '../output/facts.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';

interface ChangeOptions {
  email?: string;
  displayName?: string;
  role?: string[];
}
interface AddOptions extends ChangeOptions {
  subject?: string;
}

/** `leasehold members ...` */
export function membersCommands(program: Command, act: Act): void {
  const members = program.command('members').description("whom a tenant's product knows, and their roles");

  withList(members.command('list <tenant>'))
    .description('list members, newest first')
    .action(act((context, id: string, options: ListOption) => list(context, id, options)));

  members
    .command('get <tenant> <member>')
    .description('show a member')
    .action(act((context, id: string, member: string) => get(context, id, member)));

  described(members.command('add <tenant>'))
    .description('add a member: a person or a program')
    .option('--subject <subject>', 'what the product knows it by; its e-mail address without it')
    .action(act((context, id: string, options: AddOptions) => add(context, id, options)));

  described(members.command('update <tenant> <member>'))
    .description('change a member; what is not named stays')
    .action(
      act((context, id: string, member: string, options: ChangeOptions) =>
        update(context, id, member, options),
      ),
    );

  members
    .command('delete <tenant> <member>')
    .description('remove a member; it gets no more tokens')
    .option('--yes', 'do not ask')
    .action(
      act((context, id: string, member: string, options: { yes?: boolean }) =>
        remove(context, id, member, options),
      ),
    );
}

function described(command: Command): Command {
  return command
    .option('--email <address>', 'its e-mail address')
    .option('--display-name <name>', 'its name for people')
    .option('--role <role>', 'such as user, ai or admin: all its roles (repeatable)', collect);
}

function specOf({ email, displayName, role }: ChangeOptions) {
  return defined({ email, displayName, roles: role });
}

async function list(context: Context, id: string, { limit, ...options }: ListOption): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(limit, (page) => {
    const query = { ...page, ...narrowing(options) };
    return unwrap(client.GET('/v1/tenants/{id}/members', { params: { path: { id }, query } }));
  });
  const columns = [
    { title: 'id', value: (member: Member) => member.id },
    { title: 'subject', value: ({ subject }: Member) => subject },
    { title: 'email', value: ({ email }: Member) => email },
    { title: 'name', value: ({ displayName }: Member) => displayName },
    { title: 'roles', value: ({ roles }: Member) => roles.join(', ') },
  ];
  context.printer.list(items, columns, 'There are no members.');
}

async function get(context: Context, id: string, member: string): Promise<void> {
  const params = { path: { id, member } };
  show(context, await unwrap((await api(context)).GET('/v1/tenants/{id}/members/{member}', { params })));
}

async function add(context: Context, id: string, { subject, ...options }: AddOptions): Promise<void> {
  const body = { ...specOf(options), ...defined({ subject }) };
  const call = (await api(context)).POST('/v1/tenants/{id}/members', { params: { path: { id } }, body });
  show(context, await unwrap(call));
}

async function update(context: Context, id: string, member: string, options: ChangeOptions): Promise<void> {
  const body = specOf(options);
  if (Object.keys(body).length === 0) throw new UsageError('Name what to change, such as --role admin.');
  const params = { path: { id, member } };
  const call = (await api(context)).PATCH('/v1/tenants/{id}/members/{member}', { params, body });
  show(context, await unwrap(call));
}

async function remove(
  context: Context,
  id: string,
  member: string,
  options: { yes?: boolean },
): Promise<void> {
  await confirm(context, `Remove ${member}? It gets no more tokens.`, options);
  const params = { path: { id, member } };
  await expectDone((await api(context)).DELETE('/v1/tenants/{id}/members/{member}', { params }));
  context.printer.result({ id: member, deleted: true }, `${member} is removed.`);
}

function show({ printer }: Context, member: Member): void {
  const facts = renderFacts([
    ['id', member.id],
    ['subject', member.subject],
    ['email', member.email ?? undefined],
    ['name', member.displayName],
    ['roles', member.roles.join(', ')],
    ['created', member.createdAt],
  ]);
  printer.result(member, facts);
}
