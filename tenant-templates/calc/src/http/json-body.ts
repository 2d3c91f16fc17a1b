import type { TenantRequest } from '@leasehold/tenant-kit';
import { InvalidArgumentError } from '../commands/command-json.js';

/** The body as JSON, whatever its declared type: `curl -d` says that it sends a form. @throws InvalidArgumentError */
export async function jsonBody(request: TenantRequest): Promise<unknown> {
  const body = await request.body();
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new InvalidArgumentError('The body is not JSON.');
  }
}
