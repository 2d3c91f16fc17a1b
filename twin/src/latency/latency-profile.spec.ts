import { describe, expect, it } from 'vitest';
import { faultOperations } from '../faults/fault.js';
import { resourceTypes } from '../inventory/resource-types.js';
import { changeLatencyMs, issueLatencyMs } from './latency-profile.js';

describe('The latency of the stand-in clouds', () => {
  it('is none unless it is asked for', () => {
    const all = Object.values(resourceTypes).flatMap((type) =>
      faultOperations.map((operation) => changeLatencyMs('off', type, operation)),
    );
    expect(Math.max(...all, issueLatencyMs('off'))).toBe(0);
  });

  it('is that of Google’s changes, and never of a reading', () => {
    expect(changeLatencyMs('gcp', resourceTypes.recordSet, 'create')).toBe(2_000);
    expect(changeLatencyMs('gcp', resourceTypes.certificate, 'delete')).toBe(10_000);
    expect(changeLatencyMs('gcp', resourceTypes.deployment, 'update')).toBe(0);
    expect(changeLatencyMs('gcp', resourceTypes.recordSet, 'read')).toBe(0);
    expect(issueLatencyMs('gcp')).toBe(3_600_000);
  });
});
