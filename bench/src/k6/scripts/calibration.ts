/** A bare server with a fixed answer: how fast this machine is today, for all other scripts to be measured by. */
import { check } from 'k6';
import http from 'k6/http';
import { baseUrl, optionsOf } from './every-script.js';

export const options = optionsOf('http_req_duration');

export default function ask(): void {
  check(http.get(baseUrl), { 'the fixed answer': ({ status, body }) => status === 200 && body === '1' });
}
