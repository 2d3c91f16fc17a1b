import { describe, expect, it } from 'vitest';
import { resourceTypes as types } from '../inventory/resource-types.js';
import type { Reference } from '../inventory/resource.js';
import { cloudSentence } from './cloud-sentence.js';
import { faultOperations, type FaultOperation } from './fault.js';

const deployment: Reference = { type: types.deployment, scope: 't-acme', name: 'app' };
const record: Reference = { type: types.recordSet, scope: 'p/zone', name: 'acme.localhost./A' };
const folder: Reference = { type: types.managedFolder, scope: 'b', name: 'tenants/ten_1/' };
const says = (key: Reference, operation: FaultOperation) =>
  cloudSentence({ key, operation, urn: 'urn:app' }, '503');

describe('A fault has the words of the real provider', () => {
  const kubernetes = 'the server is currently unable to handle the request';
  const google = 'googleapi: Error 503: The service is currently unavailable., backendError';

  it.each<[Reference, FaultOperation, string]>([
    [
      deployment,
      'create',
      `resource "urn:app" was not successfully created by the Kubernetes API server: ${kubernetes} (patch deployments.apps app)`,
    ],
    [
      deployment,
      'update',
      `the Kubernetes API server reported that "t-acme/app" failed to fully initialize or become live: ${kubernetes} (patch deployments.apps app)`,
    ],
    [deployment, 'read', `${kubernetes} (get deployments.apps app)`],
    [deployment, 'delete', `${kubernetes} (delete deployments.apps app)`],
    [record, 'create', `1 error occurred:\n\t* Error creating DNS RecordSet: ${google}`],
    [record, 'update', `1 error occurred:\n\t* Error changing DNS RecordSet: ${google}`],
    [
      record,
      'read',
      `1 error occurred:\n\t* Error when reading or editing DNS Record Set "acme.localhost.": ${google}`,
    ],
    [
      record,
      'delete',
      `1 error occurred:\n\t* Error when reading or editing google_dns_record_set: ${google}`,
    ],
    [folder, 'create', `1 error occurred:\n\t* Error creating ManagedFolder: ${google}`],
    [
      folder,
      'read',
      `1 error occurred:\n\t* Error when reading or editing StorageManagedFolder "tenants/ten_1/": ${google}`,
    ],
    [folder, 'delete', `1 error occurred:\n\t* Error when reading or editing ManagedFolder: ${google}`],
  ])('%j, %s', (key, operation, sentence) => {
    expect(says(key, operation)).toBe(sentence);
  });

  it.each(faultOperations)('and a lost answer names the call: %s', (operation) => {
    const sentence = cloudSentence({ key: deployment, operation, urn: 'urn:app' }, 'lost');
    expect(sentence).toMatch(/(Patch|Get|Delete) "https:.*": read tcp .*: connection reset by peer$/);
  });
});
