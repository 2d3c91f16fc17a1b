import { pino, type Logger } from 'pino';
import type { ControlPlaneSettings } from '../tokens.js';

/** JSON lines on standard output; what may be a secret is cut out wherever it turns up by these names. */
export function createLogger(level: ControlPlaneSettings['LEASEHOLD_LOG_LEVEL']): Logger {
  return pino({
    level,
    base: { program: 'control-plane' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: [
        'authorization',
        '*.authorization',
        'headers.authorization',
        'key',
        '*.password',
        '*.token',
        '*.secret',
      ],
      censor: '[redacted]',
    },
    serializers: { err: withoutParameters },
  });
}

/** A failed query's parameters may be a client's data: they stay out of the log. */
function withoutParameters(error: Error): unknown {
  return { ...pino.stdSerializers.err(error), parameters: undefined };
}
