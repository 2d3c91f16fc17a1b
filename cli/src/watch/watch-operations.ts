import { setTimeout as delay } from 'node:timers/promises';
import { unwrap, type ApiClient, type Operation } from '@leasehold/api-client';
import { api, type Context } from '../context.js';
import { Interrupted } from '../exit-code.js';
import { printable } from '../output/table.js';

const pauseMs = 1_000;
const pageSize = 500;

/**
 * Tells each of many operations when it has ended, and on a terminal how many are in which state. They are read by the
 * list, the newest first: one request a second whatever their number.
 * @param names what each is about, by its id: people know slugs, and operations know tenants by id
 * @returns all of them, as they ended. @throws Interrupted by Ctrl-C.
 */
export async function watchOperations(
  context: Context,
  names: ReadonlyMap<string, string>,
): Promise<Operation[]> {
  const ids = [...names.keys()];
  const client = await api(context);
  const known = new Map<string, Operation>();
  const open = new Set(ids);
  while (open.size > 0) {
    for (const operation of await readNewest(client, open)) {
      known.set(operation.id, operation);
      if (operation.endedAt !== null && open.delete(operation.id))
        tellEnd(context, operation, names.get(operation.id) ?? '');
    }
    tellCounts(context, ids, known);
    if (open.size > 0) await delay(pauseMs, undefined, { signal: context.signal }).catch(stopped);
  }
  return ids.flatMap((id) => known.get(id) ?? []);
}

/** Of the wanted operations those that are found before the list ends. */
async function readNewest(client: ApiClient, wanted: ReadonlySet<string>): Promise<Operation[]> {
  const found: Operation[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null && found.length < wanted.size) {
    const query = { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) };
    const page = await unwrap(client.GET('/v1/operations', { params: { query } }));
    found.push(...page.items.filter(({ id }) => wanted.has(id)));
    cursor = page.nextCursor;
  }
  return found;
}

function tellEnd({ printer, streams }: Context, { kind, state, error, id }: Operation, name: string): void {
  if (printer.json) return;
  const reason = error === undefined ? '' : `: ${error.message} (${id})`;
  const mark = state === 'succeeded' ? '✓' : '✗';
  streams.out.write(`${clearLine(streams)}${printable(`${mark} ${name}  ${kind} ${state}${reason}`)}\n`);
}

function tellCounts(
  { printer, streams }: Context,
  ids: readonly string[],
  known: Map<string, Operation>,
): void {
  if (printer.json || streams.out.isTTY !== true) return;
  const counts = new Map<string, number>();
  for (const id of ids) {
    const state = known.get(id)?.state ?? 'queued';
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const done = ids.every((id) => known.get(id)?.endedAt != null);
  const text = [...counts].map(([state, count]) => `${count} ${state.replaceAll('_', ' ')}`).join(', ');
  streams.out.write(`${clearLine(streams)}${text}${done ? '\n' : ''}`);
}

/** A terminal's line of counts gives way to what is told next. */
function clearLine({ out }: Context['streams']): string {
  return out.isTTY === true ? '\r\u001b[2K' : '';
}

function stopped(): never {
  throw new Interrupted('Stopped watching; the operations go on: leasehold operations list');
}
