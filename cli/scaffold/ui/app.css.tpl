#note-form {
  display: grid;
  gap: 1rem;
}
#note {
  font: inherit;
}
#note-form button {
  justify-self: start;
  padding: 0.8rem 1.6rem;
  border: var(--brand-border-width, 0) solid var(--brand-border-color, transparent);
  border-radius: var(--brand-radius, 0.4rem);
  font: inherit;
  cursor: pointer;
  background: var(--brand-primary);
  color: var(--brand-on-primary);
}
