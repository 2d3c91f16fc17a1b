import { createHash } from 'node:crypto';
import type { TenantRequest } from '@leasehold/tenant-kit';
import type { Point } from '../geocoding/geocoder.js';

const longestQuery = 200;
const longestName = 256;
const longestKey = 200;

/** What a caller asks for. */
export interface MemeRequest {
  readonly point: Point | undefined;
  readonly query: string | undefined;
}

/** The request cannot be understood; the message says what it takes. */
export class BadRequestError extends Error {
  override readonly name = 'BadRequestError';
}

/** @throws BadRequestError naming the parameter. */
export function parseMemeRequest(query: URLSearchParams): MemeRequest {
  const lat = coordinate(query, 'lat', 90);
  const lon = coordinate(query, 'lon', 180);
  if ((lat === undefined) !== (lon === undefined))
    throw new BadRequestError('lat and lon must be given together.');
  const point = lat === undefined || lon === undefined ? undefined : { lat, lon };
  return { point, query: topicOf(query) };
}

/** A digest of what is asked for: two requests with one key must ask for the same. */
export function fingerprintOf(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 22);
}

/** The client's `Idempotency-Key`, if there is one. @throws BadRequestError for one that is too long, or not plain text. */
export function idempotencyKey({ headers }: Pick<TenantRequest, 'headers'>): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length > longestKey || !/^[\x21-\x7e]+$/.test(key))
    throw new BadRequestError(`Idempotency-Key must be 1 to ${longestKey} printable characters of ASCII.`);
  return key;
}

/** The name of an account. @throws BadRequestError for one that cannot be a part of a row key. */
export function accountName(name: string): string {
  if (name.length === 0 || name.length > longestName || !name.isWellFormed())
    throw new BadRequestError(`A user's name must be 1 to ${longestName} characters.`);
  return name;
}

/** A whole number in the query. @throws BadRequestError outside of the range. */
export function wholeNumber(
  query: URLSearchParams,
  name: string,
  { min, max }: { min: number; max: number },
): number | undefined {
  const text = single(query, name);
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max))
    throw new BadRequestError(`${name} must be a whole number from ${min} to ${max}.`);
  return value;
}

function coordinate(query: URLSearchParams, name: string, limit: number): number | undefined {
  const text = single(query, name);
  if (text === undefined) return undefined;
  // Number() takes "", "0x1f", " 1" and "1e1" too, which nobody means.
  const value = /^[+-]?\d{1,3}(\.\d{1,20})?$/.test(text) ? Number(text) : NaN;
  if (!(Math.abs(value) <= limit))
    throw new BadRequestError(`${name} must be a number from -${limit} to ${limit}.`);
  return value;
}

function topicOf(query: URLSearchParams): string | undefined {
  const text = single(query, 'query')?.normalize('NFC').replace(/\s+/g, ' ').trim();
  if (text === undefined || text === '') return undefined;
  if (
    text.length > longestQuery ||
    !text.isWellFormed() ||
    /\p{Cc}|\p{Cf}/u.test(text.replaceAll('\u200d', ''))
  )
    throw new BadRequestError(
      `query must be text of at most ${longestQuery} characters, without control characters.`,
    );
  return text;
}

function single(query: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = query.getAll(name);
  if (others.length > 0) throw new BadRequestError(`${name} must be given once.`);
  return value;
}
