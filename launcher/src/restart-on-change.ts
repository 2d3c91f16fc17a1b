import { watch } from 'node:fs';
import { join } from 'node:path';
import type { Restartable } from './start-leasehold.js';

/** Waits this long after the last change of a compilation, in milliseconds. */
const quietMs = 400;
const shared = ['packages', 'stacks', 'migrations', 'charts'];

/** For development: restarts a service when its compiled code, or code that it shares, has changed. */
export function restartOnChange(
  repository: string,
  services: readonly Restartable[],
  tell: (line: string) => void,
): void {
  const changed = new Set<Restartable>();
  let timer: NodeJS.Timeout | undefined;
  const restart = async (): Promise<void> => {
    const batch = services.filter((service) => changed.delete(service));
    for (const service of batch) await service.restart();
  };
  const rooms = [...shared, ...services.map(({ name }) => name)];
  for (const room of rooms) {
    watch(join(repository, room), { recursive: true }, (_event, file) => {
      for (const service of servicesOf(room, file ?? '', services)) changed.add(service);
      clearTimeout(timer);
      timer = setTimeout(() => {
        restart().catch((error: unknown) => tell(`A restart failed: ${String(error)}`));
      }, quietMs);
    });
  }
}

/** Which services a changed file concerns: sources do not, until the compiler has made code of them. */
export function servicesOf(
  room: string,
  file: string,
  services: readonly Restartable[],
): readonly Restartable[] {
  if (file.includes('node_modules')) return [];
  if (room === 'charts') return services.filter(({ name }) => name === 'control-plane');
  if (!/(^|\/)dist\/.*\.js$/.test(file)) return [];
  return shared.includes(room) ? services : services.filter(({ name }) => name === room);
}
