/** Sums over HTTP/JSON, exact to the last digit; one in a hundred does not fit and is refused. */
import { check } from 'k6';
import http from 'k6/http';
import { sumOf } from './calc-cases.js';
import { baseUrl, optionsOf } from './every-script.js';

export const options = optionsOf('http_req_duration');

const url = `${baseUrl}/v1/calc/add`;
const json = { headers: { 'Content-Type': 'application/json' } };
const refused = { ...json, responseCallback: http.expectedStatuses(400) };

export default function add(): void {
  if (__ITER % 100 === 99) addTooMuch();
  else addCase();
}

function addCase(): void {
  const { a, b, sum } = sumOf(__ITER);
  const { status, body } = http.post(url, JSON.stringify({ a, b }), json);
  check(null, { 'is the exact sum': () => status === 200 && body === JSON.stringify({ sum }) });
}

function addTooMuch(): void {
  const response = http.post(url, JSON.stringify({ a: '9223372036854775807', b: '1' }), refused);
  check(response, {
    'is refused as out of range': (answer) => answer.status === 400 && answer.json('code') === 'OUT_OF_RANGE',
  });
}
