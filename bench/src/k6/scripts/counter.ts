/** Numbers of one replica: decimal text, growing for each user, and as many used up as were handed out. */
import { check } from 'k6';
import http from 'k6/http';
import { baseUrl, booksFound, optionsOf } from './every-script.js';

export const options = optionsOf('http_req_duration');

const url = `${baseUrl}/getCounter`;
let last = 0;

export function setup(): number {
  return Number(http.get(url).body);
}

export default function takeNumber(): void {
  const { status, body, headers } = http.get(url);
  const number = typeof body === 'string' && /^[1-9]\d*$/.test(body) ? Number(body) : Number.NaN;
  check(null, {
    'is 200 and plain text': () => status === 200 && headers['Content-Type'] === 'text/plain; charset=utf-8',
    'is above the last one that this user got': () => number > last,
  });
  last = number;
}

export function teardown(first: number): void {
  booksFound.add(Number(http.get(url).body) - first - 1);
}
