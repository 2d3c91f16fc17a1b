# __NAME__

Keeps short notes.

| request           | answer                                                        |
| ----------------- | ------------------------------------------------------------- |
| `POST /notes`     | 201 `{"id": "..."}` once the note (the body, text) is durable |
| `GET /notes/{id}` | 200, the text; 404 for a note that never was                  |

An empty note is 400 `empty_note`. Without the data service the answer is 503 with `Retry-After`, and nothing was kept;
where that cannot be known, the connection ends without an answer.

What every template has (`/`, `/metrics`, health, logs, limits, authentication) is in `docs/templates.md`.
