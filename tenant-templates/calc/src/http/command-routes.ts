import { json, problem, type Reply, type Route } from '@leasehold/tenant-kit';
import { InvalidArgumentError, isCommandName, parseCommand } from '../commands/command-json.js';
import type { Command } from '../commands/command.js';
import type { EventLog } from '../events/event-log.js';
import { jsonBody } from './json-body.js';
import { refusing } from './refusals.js';

const noStore = { 'cache-control': 'no-store' };

/** `POST /v1/commands`: a command as an event, executed later; `GET /v1/commands/{id}`: what has become of it. */
export function commandRoutes(log: EventLog): Route[] {
  return [
    {
      path: '/v1/commands',
      methods: {
        POST: refusing(async (request) => {
          const id = await log.publish(commandOf(await jsonBody(request)));
          const accepted = json({ id }, 202);
          return { ...accepted, headers: { ...accepted.headers, location: `/v1/commands/${id}` } };
        }),
      },
    },
    {
      path: '/v1/commands/:id',
      methods: { GET: refusing(async ({ params }) => stateReply(log, params['id'] ?? '')) },
    },
  ];
}

function commandOf(body: unknown): Command {
  if (typeof body !== 'object' || body === null || !('command' in body) || !isCommandName(body.command))
    throw new InvalidArgumentError('command must be add, max or np.');
  const unknown = Object.keys(body).find((key) => key !== 'command' && key !== 'parameters');
  if (unknown !== undefined)
    throw new InvalidArgumentError(`${JSON.stringify(unknown)} is unknown; expected command and parameters.`);
  return parseCommand(body.command, 'parameters' in body ? body.parameters : undefined);
}

async function stateReply(log: EventLog, id: string): Promise<Reply> {
  const state = await log.stateOf(id);
  if (state === undefined) return problem(404, 'not_found', 'There is no command of this id.');
  const reply = json(state.state === 'pending' ? { id, state: 'pending' } : doneJson(id, state.event));
  return { ...reply, headers: { ...reply.headers, ...noStore } };
}

function doneJson(id: string, event: { result: unknown } | { error: unknown }) {
  return 'result' in event
    ? { id, state: 'done', result: event.result }
    : { id, state: 'failed', error: event.error };
}
