/** Who sent a request, as far as it has been proved. */
export interface Caller {
  /** The `sub` of a token, or `api-key:<id>`. */
  subject: string;
  roles: readonly string[];
  kind: 'jwt' | 'api-key';
}
