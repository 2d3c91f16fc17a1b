import { followEvents, type Event } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, apiOptions, type Context } from '../context.js';
import { collect, defined } from '../option-values.js';
import { printable } from '../output/table.js';
import type { Act } from './act.js';
import { tenantIdOf } from './tenant-id-of.js';

interface FollowOptions {
  tenant?: string;
  after?: string;
  type?: string[];
}

/** `leasehold events ...` */
export function eventsCommands(program: Command, act: Act): void {
  const events = program.command('events').description('what happens');

  events
    .command('follow')
    .description('tell what happens as it happens, until Ctrl-C; with --json a document a line')
    .option('--tenant <tenant>', 'of one tenant, by slug or id')
    .option('--type <type>', 'such as tenant.state or tenant.* (repeatable)', collect)
    .option('--after <position>', 'go on after this event; from now on when left out')
    .action(act((context, options: FollowOptions) => follow(context, options)));
}

async function follow(context: Context, { tenant, after, type }: FollowOptions): Promise<void> {
  const { printer, signal, streams } = context;
  const tenantId = await tenantIdOf(await api(context), tenant);
  const onReconnect = (): void => printer.note('The connection broke; trying again ...');
  const options = { ...(await apiOptions(context)), signal, onReconnect };
  for await (const event of followEvents({
    ...options,
    ...defined({ tenantId, lastEventId: after, types: type }),
  }))
    streams.out.write(`${printer.json ? JSON.stringify(event) : lineOf(event)}\n`);
}

function lineOf({ position, at, type, tenantId, operationId, data }: Event): string {
  const about = [tenantId, operationId].filter((id) => id !== null).join(' ');
  return printable(`${position}  ${at}  ${type}  ${about}  ${JSON.stringify(data)}`);
}
