import { text, type Route } from '@leasehold/tenant-kit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const files = ['calc.proto', 'calc_events.proto'];

/** The published definitions of the gRPC services, for those who write a client. */
export function protoRoutes(folder: string): Route[] {
  return files.map((file) => {
    const definition = readFileSync(join(folder, file), 'utf8');
    return { path: `/proto/${file}`, access: 'open', methods: { GET: () => text(definition) } };
  });
}
