import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { decode, encode } from 'dns-packet';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resourceTypes } from '../inventory/resource-types.js';
import { resource } from '../testing/resources.js';
import { DnsServer } from './dns-server.js';
import { frame, MessageReader } from './tcp-framing.js';
import { zoneTable } from './zone-table.js';

const zones = zoneTable(
  [resource(resourceTypes.managedZone, 'p', 'zone', { dnsName: 'example.test.' })],
  [
    resource(resourceTypes.recordSet, 'p/zone', 'acme', {
      name: 'acme.example.test.',
      type: 'A',
      rrdatas: ['192.0.2.1'],
    }),
    resource(resourceTypes.recordSet, 'p/zone', 'big', {
      name: 'big.example.test.',
      type: 'TXT',
      rrdatas: Array.from({ length: 50 }, (_, index) => `"${String(index).padStart(100, 'x')}"`),
    }),
  ],
);
let server: DnsServer;
let resolver: Resolver;

beforeEach(async () => {
  server = await DnsServer.start({ host: '127.0.0.1', port: 0, zones: () => zones });
  resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([`127.0.0.1:${server.port}`]);
});
afterEach(() => server.close());

it('A resolver gets an address over UDP, and a long answer over TCP after a cut one', async () => {
  expect(await resolver.resolve4('acme.example.test')).toEqual(['192.0.2.1']);
  expect(await resolver.resolveTxt('big.example.test')).toHaveLength(50);
  await expect(resolver.resolve4('nobody.example.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(resolver.resolve6('acme.example.test')).rejects.toMatchObject({ code: 'ENODATA' });
});

it('Many questions on one TCP connection, in pieces, are all answered in order', async () => {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  const ids = Array.from({ length: 200 }, (_, index) => index + 1);
  const bytes = Buffer.concat(
    ids.map((id) =>
      frame(encode({ type: 'query', id, questions: [{ name: 'acme.example.test', type: 'A' }] })),
    ),
  );
  for (let start = 0; start < bytes.length; start += 7) socket.write(bytes.subarray(start, start + 7));
  const reader = new MessageReader();
  const answered: (number | undefined)[] = [];
  for await (const chunk of socket) {
    answered.push(...reader.push(Buffer.from(chunk as Uint8Array)).map((message) => decode(message).id));
    if (answered.length === ids.length) break;
  }
  expect(answered).toEqual(ids);
});

it('Rubbish on TCP ends that connection, and the server goes on', async () => {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(Buffer.from([0, 2, 1, 2]));
  socket.resume();
  await once(socket, 'close');
  expect(await resolver.resolve4('acme.example.test')).toEqual(['192.0.2.1']);
});
