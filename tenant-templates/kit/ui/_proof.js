// Shows who asks: adds the caller's token or API key to what the page asks its own product. Kept for this tab alone.
const box = document.querySelector('#proof');
const input = box?.querySelector('input');
const storage = 'leasehold-proof';
const send = window.fetch;
let proof = sessionStorage.getItem(storage) ?? '';

window.fetch = async (target, init) => {
  const request = new Request(target, init);
  const own = new URL(request.url).origin === location.origin;
  if (own && proof !== '' && !request.headers.has('authorization'))
    request.headers.set('authorization', `Bearer ${proof}`);
  const response = await send(request);
  if (own && response.status === 401) refused();
  return response;
};

box?.addEventListener('submit', (event) => {
  event.preventDefault();
  keep(input.value.trim());
});
box?.querySelector('[type=button]').addEventListener('click', () => {
  keep('');
  input.focus();
});
show('');

function keep(value) {
  proof = value;
  if (value === '') sessionStorage.removeItem(storage);
  else sessionStorage.setItem(storage, value);
  show('');
}

function refused() {
  const reason = proof === '' ? 'This product asks who you are.' : 'This is not accepted, or not any more.';
  proof = '';
  sessionStorage.removeItem(storage);
  show(reason);
}

function show(message) {
  if (box === null) return;
  box.reset();
  box.classList.toggle('proved', proof !== '');
  box.querySelector('[role=status]').textContent = proof === '' ? message : 'You are signed in.';
}
