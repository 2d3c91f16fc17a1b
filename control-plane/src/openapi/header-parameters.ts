import type { RouteSpec } from '../platform/http/route.decorator.js';

type Json = Readonly<Record<string, unknown>>;

/** The request headers that follow from what a route is. */
export function headerParameters(spec: RouteSpec): Json[] {
  const headers: [name: string, wanted: boolean, description: string][] = [
    ['If-Match', spec.ifMatch === true, 'The ETag of what you have read.'],
    ['If-None-Match', readsTagged(spec), 'The ETag that you have; 304 when its spec is still the same.'],
    [
      'Idempotency-Key',
      spec.method === 'POST' && !spec.piecewise,
      'The same key and body give the same answer for 24 hours, and one change.',
    ],
    [
      'Prefer',
      spec.prefersWait === true || spec.responses[202] !== undefined,
      'wait=<seconds> holds the answer back until the operation has ended, at most 60 seconds.',
    ],
    ['Last-Event-ID', spec.responses[200]?.contentType === 'text/event-stream', 'Go on after this event.'],
  ];
  return headers
    .filter(([, wanted]) => wanted)
    .map(([name, , description]) => ({
      name,
      in: 'header',
      required: name === 'If-Match',
      description,
      schema: { type: 'string' },
    }));
}

/** Whether a route reads something that has an entity tag. */
export function readsTagged({ method, responses }: RouteSpec): boolean {
  return method === 'GET' && responses[200]?.headers?.includes('ETag') === true;
}
