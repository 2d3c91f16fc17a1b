import { isBucketName, isObjectName } from './object-name.js';

/** What a request asks of the JSON API: cloud.google.com/storage/docs/json_api/v1/objects */
export type GcsRequest =
  | {
      kind: 'upload';
      bucket: string;
      name: string | undefined;
      uploadType: string;
      ifGenerationMatch: number | undefined;
    }
  | { kind: 'media' | 'metadata' | 'delete'; bucket: string; name: string }
  | { kind: 'list'; bucket: string; prefix: string; maxResults: number; pageToken: string | undefined };

const longestPage = 1_000;

/** Undefined when the API has no such method, or a name in it is not valid. */
export function readGcsRequest(method: string, target: string): GcsRequest | undefined {
  const url = URL.parse(target, 'http://store.invalid');
  if (url === null) return undefined;
  const { searchParams: query } = url;
  const upload = segment(/^\/upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(url.pathname)?.[1]);
  if (upload !== undefined) {
    const name = query.get('name') ?? undefined;
    if (method !== 'POST' || !isBucketName(upload) || (name !== undefined && !isObjectName(name)))
      return undefined;
    const match = query.get('ifGenerationMatch');
    const ifGenerationMatch = match === null ? undefined : Number(match);
    return {
      kind: 'upload',
      bucket: upload,
      name,
      uploadType: query.get('uploadType') ?? '',
      ifGenerationMatch,
    };
  }
  const [, rawBucket, rawName] =
    /^(?:\/download)?\/storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  const bucket = segment(rawBucket);
  if (bucket === undefined || !isBucketName(bucket)) return undefined;
  if (rawName === undefined) return method === 'GET' ? listRequest(bucket, query) : undefined;
  const name = segment(rawName);
  if (name === undefined || !isObjectName(name)) return undefined;
  if (method === 'DELETE') return { kind: 'delete', bucket, name };
  if (method !== 'GET') return undefined;
  return { kind: query.get('alt') === 'media' ? 'media' : 'metadata', bucket, name };
}

function listRequest(bucket: string, query: URLSearchParams): GcsRequest {
  const asked = Number(query.get('maxResults') ?? longestPage);
  const maxResults = Number.isInteger(asked) && asked > 0 ? Math.min(asked, longestPage) : longestPage;
  return {
    kind: 'list',
    bucket,
    prefix: query.get('prefix') ?? '',
    maxResults,
    pageToken: query.get('pageToken') ?? undefined,
  };
}

function segment(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}
