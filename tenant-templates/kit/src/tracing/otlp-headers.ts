/**
 * Headers as `OTEL_EXPORTER_OTLP_HEADERS` has them: `name=value` with commas between, percent-encoded.
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 * @throws Error when a part is not of this form; it does not show the part, which may be secret.
 */
export function parseOtlpHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*([^,;]*?)\s*$/.exec(part) ?? [];
    if (name === undefined || value === undefined) throw notHeaders();
    headers[name] = decoded(value);
  }
  return headers;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw notHeaders();
  }
}

function notHeaders(): Error {
  return new Error('The headers of the traces must be name=value with commas between, percent-encoded.');
}
