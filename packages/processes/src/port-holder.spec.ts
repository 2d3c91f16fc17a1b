import { describe, expect, it } from 'vitest';
import { parseSocketTable } from './port-holder.js';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4343 1 0 20 4 30 10 -1
   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4444 1 0 100 0 0 10 0
`;

describe('the kernel’s table of sockets', () => {
  it('has the listening socket of a TCP port, not the connections through it', () => {
    expect(parseSocketTable(table, 8080, 'tcp')).toEqual(['4242']);
  });

  it('has nothing for a port that nobody listens on', () => {
    expect(parseSocketTable(table, 80, 'tcp')).toEqual([]);
  });
});
