import { dirname, join } from 'node:path';

/** The Node that npm installed for the product. */
export function pinnedNode(repository) {
  return join(repository, 'node_modules', '.bin', 'node');
}

/** The environment in which `node` is the pinned one, also for the programs that are started from there. */
export function pinnedEnvironment(repository, env = process.env) {
  return { ...env, PATH: `${dirname(pinnedNode(repository))}:${env.PATH ?? '/usr/bin:/bin'}` };
}
