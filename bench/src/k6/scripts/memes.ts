/** Charged memes of many users; what their balances have lost is what was answered. */
import { check } from 'k6';
import http from 'k6/http';
import { baseUrl, booksFound, optionsOf, setting } from './every-script.js';

export const options = optionsOf('http_req_duration');

const url = `${baseUrl}/memes?lat=52.52&lon=13.41&query=deadlines`;
const openingTokens = Number(setting('OPENING_TOKENS'));
/** Tokens of users whose accounts are new, apart by a space. */
const users = setting('TOKENS')
  .split(' ')
  .map((token) => ({ headers: { Authorization: `Bearer ${token}` } }));

export default function getMeme(): void {
  const answer = http.get(url, users[(__VU + __ITER) % users.length]);
  check(answer, {
    'is a meme for one token': ({ status }) =>
      status === 200 && isText(answer.json('meme')) && answer.json('tokens') === 1,
  });
}

export function teardown(): void {
  const spent = users.map(
    (user) => openingTokens - Number(http.get(`${baseUrl}/tokens`, user).json('balance')),
  );
  booksFound.add(spent.reduce((sum, tokens) => sum + tokens, 0));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
