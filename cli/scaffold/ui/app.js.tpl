const form = document.querySelector('#note-form');
const message = document.querySelector('#message');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  message.textContent = '';
  try {
    const note = new FormData(form).get('note');
    const response = await fetch('/notes', { method: 'POST', body: note, signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`The service answered with an error (${response.status}).`);
    const { id } = await response.json();
    message.textContent = `Kept as ${id}.`;
    form.reset();
  } catch (error) {
    message.textContent = error.name === 'TimeoutError' ? 'No answer came. Please try again.' : error.message;
  }
});
