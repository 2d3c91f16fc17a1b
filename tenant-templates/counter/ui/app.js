const button = document.querySelector('#next');
const number = document.querySelector('#number');
const message = document.querySelector('#message');

button.addEventListener('click', async () => {
  button.disabled = true;
  message.textContent = '';
  try {
    const response = await fetch('/getCounter', { cache: 'no-store', signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(reason(response));
    number.textContent = await response.text();
  } catch (error) {
    message.textContent = error.name === 'TimeoutError' ? 'No answer came. Please try again.' : error.message;
  } finally {
    button.disabled = false;
    button.focus();
  }
});

function reason(response) {
  if (response.status === 429) return 'Too many requests. Please wait a moment.';
  if (response.status === 503) return 'The service is not available right now. Please try again.';
  return `The service answered with an error (${response.status}).`;
}
