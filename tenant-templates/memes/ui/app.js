import { drawMeme } from './meme-picture.js';

const part = (id) => document.querySelector(`#${id}`);
const storage = 'memes-token';
let next = null;

part('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(storage, part('token').value.trim());
  part('token').value = '';
  void attempt(signIn);
});
part('sign-out').addEventListener('click', () => {
  sessionStorage.removeItem(storage);
  show();
});
part('make').addEventListener('submit', (event) => {
  event.preventDefault();
  void attempt(make);
});
part('more').addEventListener('click', () => void attempt(showMore));
if (sessionStorage.getItem(storage) !== null) void attempt(signIn);

function show() {
  const signedIn = sessionStorage.getItem(storage) !== null;
  part('sign-in').hidden = signedIn;
  part('signed-in').hidden = !signedIn;
}

async function signIn() {
  await refresh();
  show();
}

async function make() {
  part('go').disabled = true;
  try {
    const query = new URLSearchParams();
    for (const name of ['query', 'lat', 'lon']) {
      const value = part(name).value.trim();
      if (value !== '') query.set(name, value);
    }
    // One key for the click: if the answer is lost, the repetition costs nothing.
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const meme = await call(`/memes?${query}`, { headers }, 3);
    part('canvas').replaceChildren(drawMeme(meme.meme));
    part('caption').textContent = captionOf(meme);
    part('picture').hidden = false;
    await refresh();
  } finally {
    part('go').disabled = false;
  }
}

function captionOf({ type, generator, place, tokens }) {
  const where = place?.name ? `, ${place.name} (${place.precision})` : '';
  return `${type}, made by ${generator}${where}; ${tokens} ${tokens === 1 ? 'token' : 'tokens'}`;
}

async function refresh() {
  const { balance } = await call('/tokens');
  part('balance').textContent = String(balance);
  part('movements').replaceChildren();
  next = '/tokens/movements?limit=20';
  await showMore();
}

async function showMore() {
  const page = await call(next);
  for (const each of page.movements) part('movements').append(rowOf(each));
  next = page.next;
  part('more').hidden = next === null;
}

function rowOf({ number, at, kind, from, to, tokens, balance }) {
  const row = document.createElement('tr');
  const sign = to === 'user' ? '+' : from === 'user' ? '\u2212' : '';
  for (const text of [
    number,
    new Date(at).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' }),
    kind,
    `${sign}${tokens}`,
    balance,
  ]) {
    row.insertCell().textContent = String(text);
  }
  return row;
}

async function attempt(work) {
  part('message').textContent = '';
  try {
    await work();
  } catch (error) {
    part('message').textContent =
      error.name === 'TimeoutError' ? 'No answer came. Please try again.' : error.message;
  }
}

async function call(path, { headers = {} } = {}, attempts = 1) {
  const response = await fetch(path, {
    cache: 'no-store',
    signal: AbortSignal.timeout(60_000),
    headers: { authorization: `Bearer ${sessionStorage.getItem(storage)}`, ...headers },
  });
  if (response.ok) return response.json();
  if (response.status === 503 && attempts > 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return call(path, { headers }, attempts - 1);
  }
  if (response.status === 401) {
    sessionStorage.removeItem(storage);
    show();
    throw new Error('This token is not accepted. Please sign in again.');
  }
  throw new Error(await reason(response));
}

async function reason(response) {
  if (response.status === 429) return 'Too many requests, or the memes of this day are used up. Please wait.';
  const problem = await response.json().catch(() => undefined);
  return problem?.detail ?? `The service answered with an error (${response.status}).`;
}
