import { describe, expect, it } from 'vitest';
import { resourceTypes as types } from '../inventory/resource-types.js';
import { proofRecord } from '../rules/gcp/dns-authorization.js';
import { readerOf, resource } from '../testing/resources.js';
import { certificateState } from './certificate-state.js';

const [project, hostname] = ['p', 'shop.acme.test'];
const authorization = resource(types.dnsAuthorization, project, 'shop', { domain: hostname });
const certificate = resource(types.certificate, project, 'shop', {
  managed: {
    domains: [hostname],
    dnsAuthorizations: [`projects/${project}/locations/global/dnsAuthorizations/shop`],
  },
});
const zone = resource(types.managedZone, project, 'acme', { dnsName: 'acme.test.' });
const { data } = proofRecord(authorization);
const record = (rrdatas: string[]) =>
  resource(types.recordSet, `${project}/acme`, `_acme-challenge.${hostname}./CNAME`, { rrdatas });

const issue = { now: 1_000, delayMs: 0 };
const stateWith = (...others: ReturnType<typeof resource>[]) =>
  certificateState(readerOf(certificate, ...others), certificate, issue);

describe('A certificate', () => {
  it('is issued when its domain is somebody’s whose DNS the twin does not have', () => {
    expect(stateWith(authorization)).toEqual({ state: 'ACTIVE' });
  });

  it.each([
    ['there is no record', []],
    ['the record is that of another authorization', [record(['old.authorize.certificatemanager.goog.'])]],
  ])('is not issued while %s in a zone of the inventory', (_name, records) => {
    expect(stateWith(authorization, zone, ...records)).toMatchObject({
      state: 'PROVISIONING',
      issue: `_acme-challenge.${hostname}. has no CNAME ${data}`,
    });
  });

  it('is issued with the right one, and not without its authorization', () => {
    expect(stateWith(authorization, zone, record([data]))).toEqual({ state: 'ACTIVE' });
    expect(stateWith(zone, record([data]))).toMatchObject({ state: 'PROVISIONING', issue: 'shop is gone' });
  });

  it('takes its time, and says when it is ready', () => {
    const reader = readerOf(certificate, authorization);
    const at = (now: number) => certificateState(reader, certificate, { now, delayMs: 60_000 });
    expect(at(59_999)).toEqual({ state: 'PROVISIONING', readyAt: 60_000 });
    expect(at(60_000)).toEqual({ state: 'ACTIVE' });
  });
});
