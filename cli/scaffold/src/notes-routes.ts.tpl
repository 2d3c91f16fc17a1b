import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import { dropped, json, problem, text, unavailable, type Reply, type Route } from '@leasehold/tenant-kit';
import type { Notes } from './notes.js';

/** `POST /notes` and `GET /notes/:id`. */
export function notesRoutes(notes: Notes): Route[] {
  return [
    {
      path: '/notes',
      methods: {
        POST: async (request) => {
          const note = (await request.body()).toString('utf8');
          if (note.trim() === '') return problem(400, 'empty_note', 'The body must be the text of the note.');
          return notes.add(note).then((id) => json({ id }, 201), refuse);
        },
      },
    },
    {
      path: '/notes/:id',
      methods: {
        GET: ({ params }) => notes.find(params['id'] ?? '').then(found, refuse),
      },
    },
  ];
}

function found(note: string | undefined): Reply {
  return note === undefined
    ? problem(404, 'not_found', 'There is no such note.')
    : text(note, { 'cache-control': 'no-store' });
}

/** Neither a 2xx nor a 503 may lie about what was kept. */
function refuse(error: unknown): Reply {
  if (error instanceof DataUnavailableError) return unavailable('The data service does not answer.');
  if (error instanceof OutcomeUnknownError) return dropped();
  throw error;
}
