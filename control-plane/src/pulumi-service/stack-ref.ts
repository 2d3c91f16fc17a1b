import { PulumiApiError } from './pulumi-api-error.js';

/** The only organization there is; stacks of the control plane and of people who log in with an API key live in it. */
export const organization = 'leasehold';

export interface StackRef {
  readonly organization: string;
  readonly project: string;
  readonly name: string;
}

/** `organization/project/name`, as the CLI writes it. */
export function stackRefText({ organization, project, name }: StackRef): string {
  return `${organization}/${project}/${name}`;
}

/**
 * Checks the names of a stack: 100 characters of letters, digits, `-`, `_` and `.` each (Pulumi's own rule).
 * @throws PulumiApiError 400
 */
export function checkStackRef(ref: StackRef): StackRef {
  for (const part of [ref.organization, ref.project, ref.name]) {
    if (!/^[A-Za-z0-9_.-]{1,100}$/.test(part))
      throw new PulumiApiError(
        400,
        `"${part}" is no name for a stack or project: 1 to 100 letters, digits, "-", "_", ".".`,
      );
  }
  return ref;
}
