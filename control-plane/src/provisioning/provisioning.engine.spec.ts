import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlatformBench } from './testing/platform-bench.js';

let platform: PlatformBench;
beforeAll(async () => {
  platform = await PlatformBench.open();
});
afterAll(() => platform[Symbol.asyncDispose]());

describe('a client that is onboarded', () => {
  test('has a page with its branding when the operation succeeds', async () => {
    const { id } = await platform.onboard('acme', { branding: { displayName: 'Acme Corporation' } });
    const operation = await platform.ended(id);
    expect(operation.error).toBeUndefined();
    expect(operation.state).toBe('succeeded');
    expect(operation.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(
      ['place', 'reserve', 'plan', 'apply', 'publish', 'verify', 'activate'].map(
        (name) => `${name} succeeded`,
      ),
    );
    const page = await platform.page('acme');
    expect(page.status).toBe(200);
    expect(page.headers['branding-revision']).toBe('1');
    expect(page.body).toContain('Acme Corporation');
    console.log(JSON.stringify(operation.result));
  });
});
