const form = document.querySelector('#form');
const command = document.querySelector('#command');
const a = document.querySelector('#a');
const b = document.querySelector('#b');
const answer = document.querySelector('#answer');
const message = document.querySelector('#message');
const log = document.querySelector('#log');
const logState = document.querySelector('#log-state');

const shownLines = 50;

command.addEventListener('change', () => {
  const primes = command.value === 'np';
  document.querySelector('#field-b').hidden = primes;
  document.querySelector('#label-a').textContent = primes ? 'n, several with spaces between' : 'a';
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  message.textContent = '';
  try {
    answer.textContent = await calculate();
  } catch (error) {
    answer.textContent = '\u00a0';
    message.textContent = error.name === 'TimeoutError' ? 'No answer came. Please try again.' : error.message;
  }
});

async function calculate() {
  const parameters =
    command.value === 'np' ? { n: a.value.trim().split(/[\s,]+/) } : { a: a.value.trim(), b: b.value.trim() };
  const response = await fetch(`/v1/calc/${command.value}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(await reason(response));
  return inWords(await response.json());
}

async function reason(response) {
  if (response.status === 400) return problemInWords(await response.json());
  if (response.status === 401) return 'Please sign in first.';
  if (response.status === 429) return 'Too many requests. Please wait a moment.';
  if (response.status === 503) return 'The service is not available right now. Please try again.';
  return `The service answered with an error (${response.status}).`;
}

function problemInWords({ code, detail }) {
  return code === 'OUT_OF_RANGE' ? `Out of range: ${detail}` : detail;
}

function inWords(result) {
  return result.nthPrimes ? result.nthPrimes.join(' ') : (result.sum ?? result.max);
}

const events = new EventSource('/v1/events?after=latest');
events.addEventListener('open', () => {
  logState.textContent = 'Live: what is calculated here, by anybody, appears below.';
});
events.addEventListener('error', () => {
  logState.textContent = 'The connection to the log is lost; it is taken up again.';
});
events.addEventListener('command', ({ data }) => {
  const { id, command: name, parameters } = JSON.parse(data);
  const values = parameters.n ?? [parameters.a, parameters.b];
  show(`${id}: ${name} ${values.join(' ')}`);
});
events.addEventListener('result', ({ data }) => {
  const { command_id: id, result, error } = JSON.parse(data);
  show(error ? `${id} failed: ${error.message}` : `${id} = ${inWords(result)}`);
});

function show(line) {
  const item = document.createElement('li');
  item.textContent = line;
  log.prepend(item);
  while (log.children.length > shownLines) log.lastChild.remove();
}
