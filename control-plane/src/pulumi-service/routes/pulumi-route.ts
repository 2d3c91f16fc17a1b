import '../../platform/http/route.decorator.js';

/** Marks a route as another interface than the product's own API: it has its own callers, bodies and errors. */
export const pulumiRoute = { config: { foreign: 'pulumi' } } as const;

/** The same, for what the CLI asks before it has logged in. */
export const openPulumiRoute = { config: { foreign: 'pulumi', open: true } } as const;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route of the state backend that needs no token. */
    open?: boolean;
  }
}
