/** The next integers of one user, by all at once; the last is the number of requests. */
import { check, fail } from 'k6';
import http from 'k6/http';
import { baseUrl, booksFound, optionsOf, setting } from './every-script.js';

export const options = optionsOf('http_req_duration');

interface Registered {
  readonly apiKey: string;
}

let last = 0;

export function setup(): Registered {
  const body = JSON.stringify({ email: `${setting('KEY')}@example.com`, password: 'correct horse' });
  const answer = http.post(`${baseUrl}/v1/register`, body, {
    headers: { 'Content-Type': 'application/json' },
  });
  if (answer.status !== 201) fail(`The user was not registered: ${answer.status}`);
  const apiKey = answer.json('apiKey');
  return typeof apiKey === 'string' ? { apiKey } : fail('The answer has no key.');
}

export default function next(registered: Registered): void {
  const answer = http.get(`${baseUrl}/v1/next`, withKey(registered));
  const value = Number(answer.json('value'));
  check(answer, {
    'is 200': ({ status }) => status === 200,
    'is above the last one that this caller got': () => value > last,
  });
  last = value;
}

export function teardown(registered: Registered): void {
  booksFound.add(Number(http.get(`${baseUrl}/v1/current`, withKey(registered)).json('value')));
}

function withKey({ apiKey }: Registered): { headers: Record<string, string> } {
  return { headers: { Authorization: `Bearer ${apiKey}` } };
}
