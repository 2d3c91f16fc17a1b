import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import { toApiError, UnreachableError } from './api-error.js';
import type { paths } from './schema.js';

export interface ApiOptions {
  /** Where the control plane answers, such as `http://127.0.0.1:8080`. */
  baseUrl: string;
  /** An API key, `lh_...`; without one only public routes answer. */
  apiKey?: string | undefined;
  fetch?: ((request: Request) => Promise<Response>) | undefined;
}

export type ApiClient = Client<paths>;

/** A client of the admin API, typed from its OpenAPI document. A connection that fails rejects with UnreachableError. */
export function createApiClient({ baseUrl, apiKey, fetch: fetchOnce = fetch }: ApiOptions): ApiClient {
  const client = createFetchClient<paths>({ baseUrl, fetch: (request) => fetchOnce(request) });
  const middleware: Middleware = {
    onRequest({ request }) {
      if (apiKey !== undefined) request.headers.set('authorization', `Bearer ${apiKey}`);
    },
    onError({ error }) {
      if (error instanceof Error && error.name === 'AbortError') return error;
      return new UnreachableError(baseUrl, { cause: error });
    },
  };
  client.use(middleware);
  return client;
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/**
 * The content of an answer.
 * @throws ApiError for a refusal, UnreachableError when there was no answer.
 */
export async function unwrap<Data>(call: Promise<Answer<Data>>): Promise<Exclude<Data, undefined>> {
  return (await unwrapWithResponse(call)).data;
}

/** As {@link unwrap}, with the answer's headers beside its content. */
export async function unwrapWithResponse<Data>(
  call: Promise<Answer<Data>>,
): Promise<{ data: Exclude<Data, undefined>; response: Response }> {
  const { data, error, response } = await call;
  if (response.ok && isPresent(data)) return { data, response };
  throw toApiError(response, error);
}

/** For answers without content (204). @throws ApiError for a refusal. */
export async function expectDone(call: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await call;
  if (!response.ok) throw toApiError(response, error);
}

function isPresent<T>(value: T | undefined): value is Exclude<T, undefined> {
  return value !== undefined;
}
