/** The ports on which a workload listens, and what the edge sends to each. */
import { z } from 'zod';

const portName = z
  .string()
  .max(15)
  .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, 'must be a port name such as http');

/** gRPC's request path is `/` Service-Name `/` method: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
const servicePath = z
  .string()
  .max(200)
  .regex(/^\/[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, 'must be the path of a gRPC service such as /package.Service');

const port = z
  .strictObject({
    name: portName,
    port: z.int().min(1024, 'must be 1024 or above: pods run without privileges').max(65535),
    /** `grpc` is HTTP/2 in plain text (h2c); absent: `http`. */
    protocol: z.enum(['http', 'grpc']).optional(),
    /** Path prefixes that the edge sends to this gRPC port; all others go to the port named http. */
    paths: z.array(servicePath).min(1).max(20).optional(),
  })
  .refine((p) => p.protocol !== 'grpc' || p.paths !== undefined, {
    error: 'must name the gRPC services of the port, such as /package.Service',
    path: ['paths'],
  })
  .refine((p) => p.protocol === 'grpc' || p.paths === undefined, {
    error: 'must not be given: only a port of protocol grpc has paths of its own',
    path: ['paths'],
  });

export const portsSchema = z
  .array(port)
  .min(1)
  .max(5)
  .refine((ports) => allDiffer(ports.map((p) => p.name)), 'port names must differ')
  .refine((ports) => allDiffer(ports.map((p) => p.port)), 'port numbers must differ')
  .refine((ports) => allDiffer(ports.flatMap((p) => p.paths ?? [])), 'a path may lead to one port only')
  .refine(
    (ports) => ports.some((p) => p.name === 'http' && p.protocol !== 'grpc'),
    'one port must be named http',
  );

export type TemplatePort = z.infer<typeof port>;

function allDiffer(values: readonly (string | number)[]): boolean {
  return new Set(values).size === values.length;
}
