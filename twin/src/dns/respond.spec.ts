import { decode, encode, type Answer, type DecodedPacket, type RecordType } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceTypes } from '../inventory/resource-types.js';
import type { Resource } from '../inventory/resource.js';
import { resource } from '../testing/resources.js';
import { respond } from './respond.js';
import { zoneTable, type ZoneTable } from './zone-table.js';

const zone = resource(resourceTypes.managedZone, 'p', 'zone', { name: 'zone', dnsName: 'example.test.' });
const records = (name: string, type: string, ...rrdatas: string[]): Resource =>
  resource(resourceTypes.recordSet, 'p/zone', `${name}/${type}`, { name, type, ttl: 60, rrdatas });

const zones = zoneTable(
  [zone],
  [
    records('acme.example.test.', 'A', '192.0.2.1', '192.0.2.2'),
    records('acme.example.test.', 'TXT', '"one two" three'),
    records('www.example.test.', 'CNAME', 'acme.example.test.'),
    records('out.example.test.', 'CNAME', 'elsewhere.test.'),
    records('loop.example.test.', 'CNAME', 'loop.example.test.'),
    records('*.wild.example.test.', 'A', '192.0.2.3'),
    records('own.wild.example.test.', 'TXT', '"x"'),
    records('a.deep.example.test.', 'AAAA', '2001:db8::1'),
    records('sub.example.test.', 'NS', 'ns.sub.example.test.'),
    records('mail.example.test.', 'MX', '10 acme.example.test.'),
    records(
      'big.example.test.',
      'TXT',
      ...Array.from({ length: 30 }, (_, i) => `"${String(i).padStart(60, 'x')}"`),
    ),
    records('bad.example.test.', 'A', 'not an address'),
  ],
);

interface Asked extends DecodedPacket {
  rcode?: string;
}

function ask(name: string, type: RecordType, table: ZoneTable = zones, edns?: number): Asked {
  const additionals: Answer[] =
    edns === undefined
      ? []
      : [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: edns,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ];
  const query = encode({ type: 'query', id: 77, questions: [{ name, type }], additionals });
  const answer = respond(query, table, 'udp');
  if (answer === undefined) throw new Error('no answer');
  return decode(answer);
}

const dataOf = (packet: Asked): unknown[] =>
  (packet.answers ?? []).map((answer) => ('data' in answer ? answer.data : ''));

describe('A name in a zone', () => {
  it('is answered with authority, whatever the case of its letters, which come back as they were asked', () => {
    const packet = ask('AcMe.Example.TEST', 'A');
    expect(packet).toMatchObject({ id: 77, rcode: 'NOERROR', flag_aa: true, flag_ra: false });
    expect(packet.questions?.[0]?.name).toBe('AcMe.Example.TEST');
    expect(dataOf(packet)).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('that has no record of the type gives no data, with the SOA', () => {
    const packet = ask('acme.example.test', 'AAAA');
    expect(packet).toMatchObject({ rcode: 'NOERROR', flag_aa: true, answers: [] });
    expect(packet.authorities?.[0]).toMatchObject({ type: 'SOA', name: 'example.test' });
  });

  it('that does not exist is NXDOMAIN, with the SOA', () => {
    const packet = ask('nobody.example.test', 'A');
    expect(packet).toMatchObject({ rcode: 'NXDOMAIN', flag_aa: true, answers: [] });
    expect(packet.authorities?.[0]).toMatchObject({ type: 'SOA', name: 'example.test' });
  });

  it('between a record and the zone exists, without data', () => {
    expect(ask('deep.example.test', 'A')).toMatchObject({ rcode: 'NOERROR', answers: [] });
  });

  it('with an alias is followed as far as it stays in the zone', () => {
    expect(dataOf(ask('www.example.test', 'A'))).toEqual(['acme.example.test', '192.0.2.1', '192.0.2.2']);
    expect(dataOf(ask('out.example.test', 'A'))).toEqual(['elsewhere.test']);
    expect(dataOf(ask('www.example.test', 'CNAME'))).toEqual(['acme.example.test']);
    expect(ask('loop.example.test', 'A').rcode).toBe('NOERROR');
  });

  it('under a wildcard has its records, unless the name exists itself', () => {
    expect(dataOf(ask('any.wild.example.test', 'A'))).toEqual(['192.0.2.3']);
    expect(dataOf(ask('x.y.wild.example.test', 'A'))).toEqual(['192.0.2.3']);
    expect(ask('own.wild.example.test', 'A')).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(ask('below.own.wild.example.test', 'A').rcode).toBe('NXDOMAIN');
  });

  it('that is given away is referred to its servers, without authority', () => {
    const packet = ask('x.sub.example.test', 'A');
    expect(packet).toMatchObject({ rcode: 'NOERROR', flag_aa: false, answers: [] });
    expect(packet.authorities?.[0]).toMatchObject({ type: 'NS', name: 'sub.example.test' });
  });

  it('has records of other types', () => {
    expect(dataOf(ask('mail.example.test', 'MX'))).toEqual([
      { preference: 10, exchange: 'acme.example.test' },
    ]);
    expect(dataOf(ask('acme.example.test', 'TXT'))).toEqual([[Buffer.from('one two'), Buffer.from('three')]]);
    expect(dataOf(ask('a.deep.example.test', 'AAAA'))).toEqual(['2001:db8::1']);
  });

  it('with unreadable data is not served', () => {
    expect(ask('bad.example.test', 'A').rcode).toBe('NXDOMAIN');
  });
});

describe('A zone', () => {
  it('has an SOA and name servers of its own', () => {
    expect(ask('example.test', 'SOA').answers).toHaveLength(1);
    expect(dataOf(ask('example.test', 'NS'))).toEqual(['ns1.twin.leasehold.local']);
  });

  it('answers nothing outside of it', () => {
    expect(ask('example.org', 'A')).toMatchObject({ rcode: 'REFUSED', flag_aa: false });
    expect(ask('notexample.test', 'A').rcode).toBe('REFUSED');
    expect(ask('acme.example.test', 'A', zoneTable([], [])).rcode).toBe('REFUSED');
  });

  it('is the nearest one to the name', () => {
    const inner = resource(resourceTypes.managedZone, 'p', 'inner', {
      name: 'inner',
      dnsName: 'acme.example.test.',
    });
    expect(ask('acme.example.test', 'A', zoneTable([zone, inner], [])).authorities?.[0]?.name).toBe(
      'acme.example.test',
    );
  });

  it('is not transferred', () => {
    expect(ask('example.test', 'AXFR').rcode).toBe('NOTIMP');
  });
});

describe('The size of an answer', () => {
  it('is at most 512 bytes for a client without EDNS, and says that it was cut', () => {
    const packet = ask('big.example.test', 'TXT');
    expect(packet).toMatchObject({ flag_tc: true, answers: [] });
  });

  it('is at most what the client takes, and no more than 1,232 bytes', () => {
    expect(ask('big.example.test', 'TXT', zones, 4_096)).toMatchObject({ flag_tc: true });
    expect(ask('acme.example.test', 'A', zones, 4_096).additionals?.[0]).toMatchObject({
      type: 'OPT',
      udpPayloadSize: 1_232,
    });
  });

  it('is not limited over TCP', () => {
    const query = encode({ type: 'query', id: 1, questions: [{ name: 'big.example.test', type: 'TXT' }] });
    const answer = respond(query, zones, 'tcp');
    expect(answer && decode(answer).answers).toHaveLength(30);
  });
});

describe('A message', () => {
  const header = (flags: number, questions: number): Buffer =>
    Buffer.from([0, 9, flags >> 8, flags & 0xff, 0, questions, 0, 0, 0, 0, 0, 0]);
  const rcodeOf = (message: Buffer): unknown => {
    const answer = respond(message, zones, 'udp');
    return answer && { id: answer.readUInt16BE(0), rcode: answer.readUInt16BE(2) & 0xf };
  };

  it('that is an answer, or shorter than a header, gets none', () => {
    expect(respond(header(0x8000, 0), zones, 'udp')).toBeUndefined();
    expect(respond(Buffer.from([1, 2, 3]), zones, 'udp')).toBeUndefined();
  });

  it('without one question is a format error (RFC 9619)', () => {
    expect(rcodeOf(header(0, 0))).toEqual({ id: 9, rcode: 1 });
    const question = Buffer.from([1, 0x61, 0, 0, 1, 0, 1]);
    expect(rcodeOf(Buffer.concat([header(0, 2), question, question]))).toEqual({ id: 9, rcode: 1 });
  });

  it('whose name points at itself is a format error', () => {
    expect(rcodeOf(Buffer.concat([header(0, 1), Buffer.from([0xc0, 0x0c, 0, 1, 0, 1])]))).toEqual({
      id: 9,
      rcode: 1,
    });
  });

  it('of another kind is not implemented', () => {
    expect(rcodeOf(header(0x2800, 0))).toEqual({ id: 9, rcode: 4 });
  });

  it('with an EDNS version to come gets BADVERS', () => {
    const additionals: Answer[] = [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1_232,
        extendedRcode: 0,
        ednsVersion: 1,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ];
    const query = encode({
      type: 'query',
      id: 1,
      questions: [{ name: 'acme.example.test', type: 'A' }],
      additionals,
    });
    const answer = respond(query, zones, 'udp');
    expect(answer && decode(answer).additionals?.[0]).toMatchObject({ type: 'OPT', extendedRcode: 1 });
  });

  it('of any bytes never breaks the server, and every answer can be read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (bytes, likely) => {
        const message = Buffer.from(bytes);
        if (likely && message.length > 6) message.set([0, 0, 0, 1], 2);
        const answer = respond(message, zones, 'udp');
        if (answer) expect(decode(answer).type).toBe('response');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('For every name', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const names = fc
    .array(label, { minLength: 1, maxLength: 4 })
    .map((labels) => `${labels.join('.')}.example.test`);
  const anyCase = (name: string, upper: readonly boolean[]): string =>
    name.replace(/./g, (letter, index: number) =>
      upper[index % upper.length] ? letter.toUpperCase() : letter,
    );

  it('what a record set says is what is answered, and nothing is known of the others', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(names, { minLength: 1, maxLength: 8 }),
        names,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
        (held, other, upper) => {
          const table = zoneTable(
            [zone],
            held.map((name, index) => records(`${name}.`, 'A', `192.0.2.${index + 1}`)),
          );
          held.forEach((name, index) => {
            expect(dataOf(ask(anyCase(name, upper), 'A', table))).toEqual([`192.0.2.${index + 1}`]);
          });
          if (held.includes(other)) return;
          const between = held.some((name) => name.endsWith(`.${other}`));
          expect(ask(other, 'A', table)).toMatchObject({
            rcode: between ? 'NOERROR' : 'NXDOMAIN',
            answers: [],
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('with bytes that no name has, nothing is found', () => {
    // A label that holds a dot is not two labels.
    const question = Buffer.from([
      12,
      ...Buffer.from('acme.example'),
      4,
      ...Buffer.from('test'),
      0,
      0,
      1,
      0,
      1,
    ]);
    const message = Buffer.concat([Buffer.from([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]), question]);
    const answer = respond(message, zones, 'udp');
    expect(answer && answer.readUInt16BE(2) & 0xf).toBe(5);
  });
});
