/** Where a server is, and by which name it is called there. */
export interface Address {
  /** `host:port` to connect to. */
  readonly target: string;
  /** The name that is asked for, `:authority`. */
  readonly authority: string;
  readonly encrypted: boolean;
}

/** What was given is no address; the message says what is one. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

/**
 * Reads `host`, `host:port`, or an http or https URL without a path; without a scheme it is plain text, without a port 80 or 443.
 * A name below `localhost` is this machine (RFC 6761, section 6.3), whatever its resolver knows.
 * @throws AddressError
 */
export function parseAddress(text: string): Address {
  const given = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const known = url !== undefined && /^https?:$/.test(url.protocol) && url.hostname !== '';
  if (!known || url.pathname !== '/' || `${url.search}${url.hash}${url.username}${url.password}` !== '')
    throw new AddressError(`${text} is not an address; give host:port, such as localhost:9090.`);
  const encrypted = url.protocol === 'https:';
  const port = url.port || (encrypted ? '443' : '80');
  const local = url.hostname.endsWith('.localhost');
  return {
    target: `${local ? '127.0.0.1' : url.hostname}:${port}`,
    authority: url.host,
    encrypted,
  };
}
