import type { ApiKeyAuthenticator } from '../access/authenticator.service.js';
import { AppError } from '../platform/app-error.js';
import { isTenantActor, type Role } from '../platform/request-context.js';
import type { PulumiAccess } from './caller.js';

const mayWrite: ReadonlySet<Role> = new Set<Role>(['admin', 'operator']);

/** API keys as the state backend sees them: admins and operators use stacks, viewers and CI read them, tenants see none. */
export class KeyAccess implements PulumiAccess {
  constructor(private readonly keys: Pick<ApiKeyAuthenticator, 'authenticate'>) {}

  async authenticate(key: string): Promise<{ name: string; mayWrite: boolean } | undefined> {
    try {
      const actor = await this.keys.authenticate(`Bearer ${key}`);
      if (isTenantActor(actor)) return undefined;
      return { name: actor.id.replace(/^key:/, ''), mayWrite: mayWrite.has(actor.role) };
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unauthenticated') return undefined;
      throw error;
    }
  }
}
