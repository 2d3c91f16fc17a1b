import type { Ground } from '../ground/ground.js';
import { measure, measurePlain, type Measured } from './plain.js';

const request = 'GET /getCounter HTTP/1.1\r\nhost: counter\r\n\r\n';

/** One replica beside the generator's ceiling, a bare server, and a forgetful counter; in turn, on the same machine. */
export async function measureCounter(
  ground: Ground,
  connections: number,
  requests: number,
): Promise<Measured[]> {
  const load = { connections, request, requests };
  const rows = [
    await measurePlain('generator against raw sockets', 'raw-answer.main.js', [], load),
    await measurePlain('bare HTTP server', 'plain-server.main.js', ['bare'], load),
    await measurePlain('a number in memory, forgetful', 'plain-server.main.js', ['counter'], load),
  ];
  const replica = await ground.replica('counter');
  try {
    rows.push(await measure('counter, 1 replica', { ...load, ports: [replica.port] }, replica.pid));
  } finally {
    await replica.stop();
  }
  return rows;
}
