import type { FastifyInstance } from 'fastify';
import { organization } from '../stack-ref.js';
import type { Authenticator } from './authenticate.js';
import { openPulumiRoute, pulumiRoute } from './pulumi-route.js';

const capabilities = (deltaFromBytes: number): object => ({
  capabilities: [
    {
      capability: 'delta-checkpoint-uploads-v2',
      version: 2,
      configuration: { checkpointCutoffSizeBytes: deltaFromBytes },
    },
    { capability: 'batch-encrypt', version: 1 },
    { capability: 'deployment-schema-version', version: 1, configuration: { version: 4 } },
  ],
});

/** Who am I, where do my stacks live, what can this service do: what the CLI asks when it logs in. */
export function accountRoutes(
  app: FastifyInstance,
  authenticator: Authenticator,
  deltaFromBytes: number,
): void {
  app.get('/capabilities', openPulumiRoute, () => capabilities(deltaFromBytes));

  app.get('/user', pulumiRoute, (request) => {
    const caller = authenticator.caller(request);
    const name = caller.kind === 'run' ? 'run' : caller.name;
    return {
      id: name,
      githubLogin: name,
      name,
      email: '',
      avatarUrl: '',
      identities: [],
      organizations: [{ name: 'Leasehold', githubLogin: organization, avatarUrl: '' }],
    };
  });

  app.get('/user/organizations/default', pulumiRoute, (request) => {
    authenticator.caller(request);
    return { GitHubLogin: organization };
  });
}
