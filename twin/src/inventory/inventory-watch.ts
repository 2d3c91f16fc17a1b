import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';

const changeSchema = z.object({
  cell: z.string(),
  type: z.string(),
  scope: z.string(),
  name: z.string(),
  op: z.enum(['created', 'updated', 'status', 'removed']),
});

/** One change of one resource. `status` means that its spec is as it was. */
export type InventoryChange = z.infer<typeof changeSchema>;

export interface InventoryWatcher {
  changed(change: InventoryChange): void;
  /** Anything may have changed: read all again. */
  resync(): void;
}

export interface InventoryWatch {
  /** Ends the watch; nothing is told after it resolves. */
  close(): Promise<void>;
}

const firstDelayMs = 50;
const longestDelayMs = 2_000;

/** Listens on the channel `twin_inventory` until closed; a lost connection is opened anew with growing pauses. */
export function watchInventory(pool: Pool, cell: string, watcher: InventoryWatcher): InventoryWatch {
  const closed = new AbortController();
  const ended = keepListening(pool, cell, watcher, closed.signal);
  return {
    close: () => {
      closed.abort();
      return ended;
    },
  };
}

async function keepListening(
  pool: Pool,
  cell: string,
  watcher: InventoryWatcher,
  closed: AbortSignal,
): Promise<void> {
  let delay = firstDelayMs;
  while (!closed.aborted) {
    const listened = await listenOnce(pool, cell, watcher, closed);
    if (listened) delay = firstDelayMs;
    await pause(delay, closed);
    delay = Math.min(delay * 2, longestDelayMs);
  }
}

/** Resolves when the connection has ended or the watch is closed; true when it had listened. */
async function listenOnce(
  pool: Pool,
  cell: string,
  watcher: InventoryWatcher,
  closed: AbortSignal,
): Promise<boolean> {
  const client = await pool.connect().catch(() => undefined);
  if (client === undefined) return false;
  const lost = connectionLost(client, closed);
  try {
    client.on('notification', ({ payload }) => tell(payload, cell, watcher, closed));
    await client.query('listen twin_inventory');
    if (!closed.aborted) watcher.resync();
    await lost;
    return true;
  } catch {
    return false;
  } finally {
    // A connection that has listened is not given back: its listeners and its LISTEN would go on.
    client.release(true);
  }
}

function connectionLost(client: PoolClient, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      closed.removeEventListener('abort', end);
      resolve();
    };
    client.on('error', end);
    client.once('end', end);
    closed.addEventListener('abort', end);
    if (closed.aborted) end();
  });
}

function tell(
  payload: string | undefined,
  cell: string,
  watcher: InventoryWatcher,
  closed: AbortSignal,
): void {
  if (closed.aborted) return;
  const change = changeSchema.safeParse(parseJson(payload));
  // Any role may notify on the channel: what cannot be read may hide a change.
  if (!change.success) watcher.resync();
  else if (change.data.cell === cell) watcher.changed(change.data);
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function pause(ms: number, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (closed.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(done, ms);
    closed.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      closed.removeEventListener('abort', done);
      resolve();
    }
  });
}
