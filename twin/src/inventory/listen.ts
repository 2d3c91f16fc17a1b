import type { Pool, PoolClient } from 'pg';

/** A channel of Postgres, and who is told what comes over it. */
export interface Channel {
  name: 'twin_inventory' | 'twin_cache';
  told(payload: string | undefined): void;
  /** At the start and after each lost connection: anything may have been missed. */
  resync(): void;
}

export interface Listening {
  /** Ends it; nothing is told after it resolves. */
  close(): Promise<void>;
}

const firstDelayMs = 50;
const longestDelayMs = 2_000;

/** Listens until closed; a lost connection is opened anew with growing pauses. Holds one connection of the pool. */
export function listen(pool: Pool, channel: Channel): Listening {
  const closed = new AbortController();
  const ended = keepListening(pool, channel, closed.signal);
  return {
    close: () => {
      closed.abort();
      return ended;
    },
  };
}

async function keepListening(pool: Pool, channel: Channel, closed: AbortSignal): Promise<void> {
  let delay = firstDelayMs;
  while (!closed.aborted) {
    const listened = await listenOnce(pool, channel, closed);
    if (listened) delay = firstDelayMs;
    await pause(delay, closed);
    delay = Math.min(delay * 2, longestDelayMs);
  }
}

/** Resolves when the connection has ended or the watch is closed; true when it had listened. */
async function listenOnce(pool: Pool, channel: Channel, closed: AbortSignal): Promise<boolean> {
  const client = await pool.connect().catch(() => undefined);
  if (client === undefined) return false;
  const lost = connectionLost(client, closed);
  try {
    client.on('notification', ({ payload }) => {
      if (!closed.aborted) channel.told(payload);
    });
    await client.query(`listen ${channel.name}`);
    if (!closed.aborted) channel.resync();
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
