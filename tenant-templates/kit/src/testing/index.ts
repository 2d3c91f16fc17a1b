/** @leasehold/tenant-kit/testing: what the templates' integration tests share. Real parts only; needs vitest's database set-up. */
export { ObjectStore } from './object-store.js';
export { Pod, type Answer } from './pod.js';
export { PlatformUnderTest } from './platform-under-test.js';
export { TestIssuer, type TokenOptions } from './test-issuer.js';
