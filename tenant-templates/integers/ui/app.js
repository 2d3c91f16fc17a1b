const [register, key, set] = ['#register', '#key', '#set'].map((id) => document.querySelector(id));
const numbers = document.querySelector('#numbers');
const next = document.querySelector('#next');
const value = document.querySelector('#value');
const message = document.querySelector('#message');
// In memory only: whoever opens the page later must not find it.
let apiKey = '';

on(register, 'submit', async () => {
  const { email, password } = Object.fromEntries(new FormData(register));
  const answer = await call('/v1/register', { method: 'POST', json: { email, password } });
  register.reset();
  key.elements.key.value = answer.apiKey;
  await use(answer.apiKey);
  message.textContent = 'This is your API key. It cannot be shown again.';
});
on(key, 'submit', () => use(key.elements.key.value.trim()));
on(next, 'click', async () => show(await call('/v1/next')));
on(set, 'submit', async () => {
  const current = Number(set.elements.current.value);
  show(await call('/v1/current', { method: 'PUT', json: { current } }));
  set.reset();
});

async function use(given) {
  apiKey = given;
  numbers.hidden = true;
  show(await call('/v1/current'));
  numbers.hidden = false;
}

function show(answer) {
  value.textContent = answer.value;
}

function on(element, event, action) {
  element.addEventListener(event, async (given) => {
    given.preventDefault();
    message.textContent = '';
    const button = element.querySelector('button') ?? element;
    button.disabled = true;
    try {
      await action();
    } catch (error) {
      message.textContent =
        error.name === 'TimeoutError' ? 'No answer came. Please try again.' : error.message;
    } finally {
      button.disabled = false;
      if (event === 'click') button.focus();
    }
  });
}

async function call(path, { method = 'GET', json } = {}) {
  const headers = apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` };
  if (json !== undefined) headers['content-type'] = 'application/json';
  const body = json === undefined ? undefined : JSON.stringify(json);
  const response = await fetch(path, {
    method,
    headers,
    body,
    cache: 'no-store',
    signal: AbortSignal.timeout(15_000),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(reason(response, answer));
  return answer;
}

function reason({ status }, { detail }) {
  if (status === 401) return 'This API key is not known.';
  if (status === 429) return 'Too many requests. Please wait a moment.';
  if (status === 503) return 'The service is not available right now. Please try again.';
  return detail ?? `The service answered with an error (${status}).`;
}
