import type { FastifyInstance } from 'fastify';
import { organization } from '../stack-ref.js';
import type { Authenticator } from './authenticate.js';

/** From this size on a CLI that keeps no journal sends what has changed instead of the whole state. */
const deltaFromBytes = 1024 * 1024;

const capabilities = {
  capabilities: [
    {
      capability: 'delta-checkpoint-uploads-v2',
      version: 2,
      configuration: { checkpointCutoffSizeBytes: deltaFromBytes },
    },
    { capability: 'batch-encrypt', version: 1 },
    { capability: 'deployment-schema-version', version: 1, configuration: { version: 4 } },
  ],
};

/** Who am I, where do my stacks live, what can this service do: what the CLI asks when it logs in. */
export function accountRoutes(app: FastifyInstance, authenticator: Authenticator): void {
  app.get('/capabilities', () => capabilities);

  app.get('/user', async (request) => {
    const caller = await authenticator.caller(request);
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

  app.get('/user/organizations/default', async (request) => {
    await authenticator.caller(request);
    return { GitHubLogin: organization };
  });
}
