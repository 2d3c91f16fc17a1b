import { expect, it } from 'vitest';
import { parseUrn } from './urn.js';

it('a URN tells the owner and the type, also below a component', () => {
  expect(parseUrn('urn:pulumi:ten_1::leasehold-tenant::kubernetes:apps/v1:Deployment::app')).toEqual({
    owner: 'leasehold-tenant/ten_1',
    type: 'kubernetes:apps/v1:Deployment',
  });
  expect(parseUrn('urn:pulumi:s::p::my:component:Site$gcp:dns/recordSet:RecordSet::a::b').type).toBe(
    'gcp:dns/recordSet:RecordSet',
  );
  expect(() => parseUrn('acme')).toThrow('not a URN: acme');
});
