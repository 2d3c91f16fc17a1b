/** What replicas are told: the load comes from one address. */
export const parameters = { rateLimitPerSecond: 1_000_000 };
export const connections = 500;

/** The bytes of an increment by one. */
export function increment(key: string): string {
  const body = `{"key":"${key}","value":1}`;
  return `POST /increment HTTP/1.1\r\nhost: increments\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}
