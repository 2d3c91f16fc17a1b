import pulumi from '@pulumi/pulumi';
import { z } from 'zod';

const thing = z.object({
  name: z.string(),
  value: z.string(),
  /** A change of it replaces the thing. */
  kind: z.string().optional(),
  secret: z.string().optional(),
  after: z.array(z.string()).default([]),
  alias: z.string().optional(),
});
const input = z.object({ things: z.array(thing), crash: z.string().optional() });

class Thing extends pulumi.CustomResource {
  constructor(name: string, properties: pulumi.Inputs, options: pulumi.CustomResourceOptions) {
    super('fixture:index:Thing', name, properties, options);
  }
}

/** A stack of things, as the test asks for them. */
const things = {
  inputSchema: input,
  run(given: z.output<typeof input>): Promise<Record<string, unknown>> {
    const made = new Map<string, Thing>();
    for (const { name, value, kind, secret, after, alias } of given.things) {
      const properties = {
        value,
        ...(kind === undefined ? {} : { kind }),
        ...(secret === undefined ? {} : { secret: pulumi.secret(secret) }),
      };
      const dependsOn = after.map((other) => made.get(other)).filter((other) => other !== undefined);
      made.set(
        name,
        new Thing(name, properties, { dependsOn, ...(alias ? { aliases: [{ name: alias }] } : {}) }),
      );
    }
    if (given.crash) return Promise.reject(new Error(given.crash));
    return Promise.resolve({ names: [...made.keys()], token: pulumi.secret('an output that is secret') });
  },
};

export const programs = { tenant: things, cell: things, platform: things };
