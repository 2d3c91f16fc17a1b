import type { Span } from '@opentelemetry/api';
import { fail, spanMaker } from '../../platform/telemetry/tracing.js';
import type { RunEvent } from '../stack-run.js';

/**
 * A span for each resource that a run touches, as a part of the span that is active now; what it is given it passes on. While
 * nobody traces it is the listener itself.
 */
export function withResourceSpans(listener: (event: RunEvent) => void): {
  onEvent: (event: RunEvent) => void;
  /** Ends the spans of what the run has left in the middle. */
  end: () => void;
} {
  const make = spanMaker();
  if (!make) return { onEvent: listener, end: () => undefined };
  const open = new Map<string, Span>();
  return {
    onEvent: (event) => {
      listener(event);
      if (event.kind !== 'resource') return;
      const { urn, type, name, op, phase, message } = event;
      const key = `${op} ${urn}`;
      const span =
        open.get(key) ??
        make(`${op} ${type} ${name}`, { 'pulumi.urn': urn, 'pulumi.type': type, 'pulumi.op': op });
      if (phase === 'started') {
        open.set(key, span);
        return;
      }
      open.delete(key);
      if (phase === 'failed') fail(span, message ?? 'the resource failed');
      span.end();
    },
    end: () => {
      for (const span of open.values()) {
        fail(span, 'the run ended first');
        span.end();
      }
      open.clear();
    },
  };
}
