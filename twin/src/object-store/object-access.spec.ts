import { describe, expect, it } from 'vitest';
import { controlPlaneAccount } from '../identity/service-account-token.js';
import { resourceTypes } from '../inventory/resource-types.js';
import { readerOf, resource } from '../testing/resources.js';
import { ObjectAccess, type ObjectRight } from './object-access.js';

const subject =
  'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog/subject';
const grant = (
  member: string,
  role = 'roles/storage.objectViewer',
  managedFolder = 'tenants/ten_a/branding/',
) =>
  resource(resourceTypes.managedFolderIamMember, `bkt/${managedFolder}`, role + member, {
    bucket: 'bkt',
    managedFolder,
    role,
    member,
  });
const acme = { namespace: 't-acme', serviceAccount: 'app' };
const object = 'tenants/ten_a/branding/current.json';
const own = new ObjectAccess(readerOf(grant(`${subject}/ns/t-acme/sa/app`)));

describe('A pod', () => {
  it('may read and list what its folder holds', () => {
    expect(own.allows(acme, 'get', 'bkt', object)).toBe(true);
    expect(own.allows(acme, 'list', 'bkt', 'tenants/ten_a/branding/')).toBe(true);
  });

  it.each<[string, ObjectRight, string, string]>([
    ['write there', 'create', 'bkt', object],
    ['delete there', 'delete', 'bkt', object],
    ['read in another bucket', 'get', 'other', object],
    ['read in a folder whose name begins alike', 'get', 'bkt', 'tenants/ten_a/branding-2/x'],
    ['read in the folder of another client', 'get', 'bkt', 'tenants/ten_ab/branding/x'],
    ['list above its folder', 'list', 'bkt', 'tenants/'],
    ['list everything', 'list', 'bkt', ''],
  ])('may not %s', (_what, right, bucket, name) => expect(own.allows(acme, right, bucket, name)).toBe(false));

  it.each([
    { namespace: 't-acme', serviceAccount: 'app2' },
    { namespace: 't-acme', serviceAccount: 'default' },
    { namespace: 'xt-acme', serviceAccount: 'app' },
    { namespace: 't-other', serviceAccount: 'app' },
  ])('of $namespace/$serviceAccount has no part in that', (account) => {
    expect(own.allows(account, 'get', 'bkt', object)).toBe(false);
  });

  it('has only what its role gives', () => {
    const member = `${subject}/ns/t-acme/sa/app`;
    const writer = new ObjectAccess(readerOf(grant(member, 'roles/storage.objectCreator')));
    expect([writer.allows(acme, 'create', 'bkt', object), writer.allows(acme, 'get', 'bkt', object)]).toEqual(
      [true, false],
    );
    const unknown = new ObjectAccess(readerOf(grant(member, 'roles/owner')));
    expect(unknown.allows(acme, 'get', 'bkt', object)).toBe(false);
    const group = new ObjectAccess(readerOf(grant('group:x/subject/ns/t-acme/sa/app')));
    expect(group.allows(acme, 'get', 'bkt', object)).toBe(false);
  });

  it('without any grant may nothing, and the control plane everything', () => {
    const none = new ObjectAccess(readerOf());
    expect(none.allows(acme, 'get', 'bkt', object)).toBe(false);
    expect(none.allows(controlPlaneAccount, 'create', 'bkt', object)).toBe(true);
    expect(none.allows({ ...controlPlaneAccount, namespace: 't-acme' }, 'get', 'bkt', object)).toBe(false);
  });
});
