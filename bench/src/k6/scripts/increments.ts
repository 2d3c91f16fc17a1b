/** Increments of one key; ten seconds after the last, its total is what was accepted. */
import { check, sleep } from 'k6';
import http from 'k6/http';
import { baseUrl, booksFound, optionsOf, setting } from './every-script.js';

export const options = optionsOf('http_req_duration');

/** How far a total may be behind. */
const staleSeconds = 10;
const key = setting('KEY');
const body = JSON.stringify({ key, value: 1 });
const json = { headers: { 'Content-Type': 'application/json' } };

export default function increment(): void {
  const answer = http.post(`${baseUrl}/increment`, body, json);
  check(answer, { 'is 200 with an empty body': ({ status, body: text }) => status === 200 && !text });
}

export function teardown(): void {
  sleep(staleSeconds);
  booksFound.add(Number(http.get(`${baseUrl}/increments/${key}`).json('value')));
}
