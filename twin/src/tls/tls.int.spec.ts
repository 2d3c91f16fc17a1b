import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { connect as connectH2 } from 'node:http2';
import { request, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import type { IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { withValue } from '../inventory/json-change.js';
import type { JsonObject } from '../inventory/json.js';
import { resourceTypes } from '../inventory/resource-types.js';
import { proofRecord } from '../rules/gcp/dns-authorization.js';
import { eventually } from '../testing/eventually.js';
import { hostnameOfClient } from '../testing/local-cloud.js';
import { TwinUnderTest } from '../testing/twin-under-test.js';

let under: TwinUnderTest;
let ca: string;
beforeAll(async () => {
  under = await TwinUnderTest.open();
});
afterAll(() => under.dispose());
beforeEach(async () => {
  await under.setUp();
  ca = await readFile(join(under.dataDir, 'twin', 'ca', 'ca.pem'), 'utf8');
  await under.serving('acme');
});
afterEach(() => under.tearDown());

const port = (): number => under.twin.edgeTlsPort ?? 0;
const host = hostnameOfClient('acme');

async function ask(hostname: string, path = '/', more: RequestOptions = {}): Promise<string> {
  const headers = { host: hostname };
  const call = request({ host: '127.0.0.1', port: port(), path, ca, servername: hostname, headers, ...more });
  call.end();
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  return text(answer);
}

async function certificateFor(servername: string | undefined): Promise<string | undefined> {
  const socket: TLSSocket = connect({
    ...{ host: '127.0.0.1', port: port(), ca, rejectUnauthorized: false },
    ...(servername === undefined ? {} : { servername }),
  });
  await once(socket, 'secureConnect');
  const { subjectaltname } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname;
}

describe('A page over HTTPS', () => {
  it('comes with a certificate for its hostname that the local authority has signed', async () => {
    expect(JSON.parse(await ask(host))).toMatchObject({ tenant: 'Client acme' });
    expect(await ask(host, '/headers')).toContain('"x-forwarded-proto","https"');
    expect(await certificateFor(host)).toBe(`DNS:${host}`);
  });

  it('is refused by a client that does not know the authority', async () => {
    await expect(ask(host, '/', { ca: [] })).rejects.toMatchObject({ code: expect.any(String) as string });
  });

  it('is served over HTTP/2, and WebSockets beside it', async () => {
    const session = connectH2(`https://${host}:${String(port())}`, {
      createConnection: () =>
        connect({ host: '127.0.0.1', port: port(), ca, servername: host, ALPNProtocols: ['h2'] }),
    });
    const stream = session.request({ ':path': '/', ':authority': host });
    expect(JSON.parse(await text(stream))).toMatchObject({ tenant: 'Client acme' });
    session.destroy();
    const socket = new WebSocket(`wss://127.0.0.1:${String(port())}/`, {
      headers: { host },
      createConnection: () => connect({ host: '127.0.0.1', port: port(), ca, servername: host }),
    });
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(message.toString()).toBe('127.0.0.1');
    socket.terminate();
  });

  it('of a hostname that nobody has is the page that says so, with the certificate of localhost', async () => {
    expect(await certificateFor('nobody.example.test')).toBe('DNS:localhost');
    expect(await certificateFor(undefined)).toBe('DNS:localhost');
    const page = await ask('nobody.example.test', '/', { rejectUnauthorized: false });
    expect(page).toContain('No route has the hostname nobody.example.test.');
  });
});

describe('A domain of the client’s own', () => {
  const own = 'shop.acme.example';
  const [scope, name] = ['leasehold-twin', 'shop'];
  const certificates = [`projects/${scope}/locations/global/certificates/${name}`];
  const entry = { type: resourceTypes.certificateMapEntry, scope: `${scope}/map`, name };
  const create = (type: string, place: { scope: string; name: string }, spec: JsonObject) =>
    under.inventory.create({
      ...{ cell: 'local', provider: 'gcp', owner: 'test/test', type, spec, ...place },
      externalId: `${place.scope}/${place.name}`,
    });
  const askFor = async (dnsAuthorizations: string[] = []): Promise<void> => {
    await create(resourceTypes.certificate, { scope, name }, { managed: { dnsAuthorizations } });
    await create(entry.type, entry, { hostname: own, certificates });
  };
  const presented = (servername: string, expected: string) =>
    eventually(async () => {
      expect(await certificateFor(servername)).toBe(`DNS:${expected}`);
    });
  const entryState = async () => (await under.inventory.get({ cell: 'local', ...entry }))?.status['state'];

  beforeEach(async () => {
    const route = { cell: 'local', type: resourceTypes.httpRoute, scope: 't-acme', name: 'app' };
    const { spec } = (await under.inventory.get(route)) ?? { spec: {} };
    await under.inventory.update(route, withValue(spec, 'spec.hostnames', [host, own]));
    const gateway = { ...route, type: resourceTypes.gateway, scope: 'leasehold-system', name: 'edge' };
    const found = await under.inventory.get(gateway);
    await under.inventory.update(
      gateway,
      withValue(found?.spec ?? {}, 'spec.listeners[1].hostname', undefined),
    );
  });

  it('has its certificate when the inventory has an entry for it, and none after the entry has gone', async () => {
    expect(await certificateFor(own)).toBe('DNS:localhost');
    await askFor();
    await presented(own, own);
    expect(JSON.parse(await ask(own))).toMatchObject({ tenant: 'Client acme' });
    await eventually(async () => expect(await entryState()).toBe('ACTIVE'));
    await under.inventory.remove({ cell: 'local', ...entry });
    await presented(own, 'localhost');
    expect(await certificateFor(host)).toBe(`DNS:${host}`);
  });

  it('waits for its certificate until the record that proves control of it is there, where the twin can look', async () => {
    const zone = { scope, name: 'acme' };
    await create(resourceTypes.managedZone, zone, { dnsName: 'acme.example.' });
    const { resource } = await create(resourceTypes.dnsAuthorization, { scope, name }, { domain: own });
    await askFor([`projects/${scope}/locations/global/dnsAuthorizations/${name}`]);
    await eventually(async () => {
      const certificate = await under.inventory.get({
        ...{ cell: 'local', type: resourceTypes.certificate, scope, name },
      });
      expect(certificate?.status).toMatchObject({
        state: 'PROVISIONING',
        provisioningIssues: [{ reason: 'AUTHORIZATION_ISSUE' }],
      });
    });
    expect(await certificateFor(own)).toBe('DNS:localhost');
    const record = { scope: `${scope}/acme`, name: `_acme-challenge.${own}./CNAME` };
    await create(resourceTypes.recordSet, record, {
      ...{ name: `_acme-challenge.${own}.`, type: 'CNAME', ttl: 60 },
      rrdatas: [proofRecord(resource).data],
    });
    await presented(own, own);
    await eventually(async () => expect(await entryState()).toBe('ACTIVE'));
  });

  it('is answered on no listener that does not take it', async () => {
    expect(await certificateFor('*.acme.example')).toBe('DNS:localhost');
    const page = await ask('deep.shop.acme.example', '/', { rejectUnauthorized: false });
    expect(page).toContain('No route has the hostname deep.shop.acme.example.');
  });
});

describe('The local authority', () => {
  it('keeps its key from others, and stays the same over a restart', async () => {
    const folder = join(under.dataDir, 'twin', 'ca');
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'ca.key'))).mode & 0o777).toBe(0o600);
    await under.restart();
    expect(await readFile(join(folder, 'ca.pem'), 'utf8')).toBe(ca);
    expect(JSON.parse(await ask(host))).toMatchObject({ tenant: 'Client acme' });
  });
});
