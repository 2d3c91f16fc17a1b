import { describe, expect, test } from 'vitest';
import { messageOf, type ToldEvent } from './message.js';

const event: ToldEvent = {
  id: 'evt_1',
  type: 'tenant.state',
  at: new Date('2026-03-01T10:00:00Z'),
  tenantId: 'ten_1',
  operationId: 'op_1',
  data: { to: 'active', note: null },
};
const source = 'https://api.example.test';

describe('a message', () => {
  test('by Standard Webhooks has the event and whose it is', () => {
    expect(messageOf(event, 'standard', source)).toEqual({
      id: 'evt_1',
      type: 'tenant.state',
      timestamp: '2026-03-01T10:00:00.000Z',
      tenantId: 'ten_1',
      operationId: 'op_1',
      data: { to: 'active', note: null },
    });
  });

  test('as a CloudEvent has the attributes that the specification requires, and extensions in lower case', () => {
    const message = messageOf(event, 'cloudevents', source);
    expect(message).toEqual({
      specversion: '1.0',
      id: 'evt_1',
      source,
      type: 'com.leasehold.tenant.state.v1',
      time: '2026-03-01T10:00:00.000Z',
      subject: 'ten_1',
      operationid: 'op_1',
      datacontenttype: 'application/json',
      data: { to: 'active', note: null },
    });
    for (const name of Object.keys(message)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  });

  test('as a CloudEvent leaves out what there is not', () => {
    const of = messageOf({ ...event, tenantId: null, operationId: null }, 'cloudevents', source);
    expect(of).not.toHaveProperty('subject');
    expect(of).not.toHaveProperty('operationid');
  });
});
