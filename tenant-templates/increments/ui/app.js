const form = document.querySelector('#count');
const { key, value } = form.elements;
const [total, asOf, message] = ['#total', '#as-of', '#message'].map((id) => document.querySelector(id));
const submit = form.querySelector('button[type=submit]');
// A total follows within ten seconds; after that there is nothing to wait for.
const followMs = 11_000;
let follow = 0;

key.value = crypto.randomUUID?.() ?? '';
document.querySelector('#new-key').addEventListener('click', () => {
  key.value = crypto.randomUUID();
  total.textContent = '–';
  asOf.textContent = '';
});
key.addEventListener('change', () => void show());

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  submit.disabled = true;
  message.textContent = '';
  try {
    // As text: a number of 64 bits would be rounded.
    const body = `{"key":${JSON.stringify(key.value)},"value":${value.value}}`;
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('/increment', {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(15_000),
    });
    if (!response.ok) throw new Error(await reason(response));
    message.textContent = 'Counted. The total follows.';
    follow = Date.now() + followMs;
    void show();
  } catch (error) {
    message.textContent =
      error instanceof TypeError ? 'No answer came: it may have been counted, or not.' : error.message;
  } finally {
    submit.disabled = false;
  }
});

async function show() {
  const asked = key.value;
  try {
    const response = await fetch(`/increments/${encodeURIComponent(asked)}`, { cache: 'no-store' });
    const body = await response.text();
    if (asked === key.value && response.ok) {
      total.textContent = /"value":(\d+)/.exec(body)?.[1] ?? '–';
      asOf.textContent = `as of ${new Date(JSON.parse(body).asOf).toLocaleTimeString()}`;
    }
  } catch {
    message.textContent = 'The total cannot be read right now.';
  }
  if (Date.now() < follow) setTimeout(show, 1_000);
}

async function reason(response) {
  if (response.status === 429) return 'Too many requests. Please wait a moment.';
  if (response.status === 503) return 'The service is not available right now. Please try again.';
  const { error } = await response.json().catch(() => ({}));
  return error ?? `The service answered with an error (${response.status}).`;
}
