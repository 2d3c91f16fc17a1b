import type { Check } from '../check.js';

/** Two pods, each on a port of its own: a fixed port would fail the second. */
export const starts: Check = {
  name: 'starts',
  promise: 'starts with nothing but the documented environment, on the PORT it is given',
  async run(subject) {
    const tenant = await subject.newTenant();
    await using pods = new AsyncDisposableStack();
    for (let pod = 0; pod < 2; pod++) pods.use(await subject.start(tenant));
  },
};
