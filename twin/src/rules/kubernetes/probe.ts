import { exactlyOne, filledText, integer, list, object, oneOf, text, type Shape } from '../shape/shape.js';
import { portNumber, portReference } from './ports.js';

const httpGet = object(
  { port: portReference },
  {
    path: text(),
    host: filledText,
    scheme: oneOf('HTTP', 'HTTPS'),
    httpHeaders: list(object({ name: filledText, value: text() })),
  },
);
const exec = object({}, { command: list(text()) });
const tcpSocket = object({ port: portReference }, { host: filledText });
const grpc = object({ port: portNumber }, { service: text() });

/** Probe of a container (k8s.io/kubernetes validateProbe). */
export const probe: Shape = object(
  {},
  {
    httpGet,
    exec,
    tcpSocket,
    grpc,
    initialDelaySeconds: integer(0),
    periodSeconds: integer(1),
    timeoutSeconds: integer(1),
    successThreshold: integer(1),
    failureThreshold: integer(1),
    terminationGracePeriodSeconds: integer(1),
  },
  (value, path, report) => exactlyOne(value, ['httpGet', 'exec', 'tcpSocket', 'grpc'], path, report),
);

/** A probe that may ask for one success only: liveness and startup. */
export const vitalProbe: Shape = (value, path, report) => {
  probe(value, path, (where, reason) => report(where, reason));
  const threshold =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value['successThreshold'] : 1;
  if (typeof threshold === 'number' && threshold > 1) report(`${path}.successThreshold`, 'must be 1');
};

const handler = object(
  {},
  { exec, httpGet, tcpSocket, sleep: object({ seconds: integer(0) }) },
  (value, path, report) => exactlyOne(value, ['exec', 'httpGet', 'tcpSocket', 'sleep'], path, report),
);

/** What runs after the start and before the stop of a container. */
export const lifecycle: Shape = object({}, { postStart: handler, preStop: handler, stopSignal: filledText });
