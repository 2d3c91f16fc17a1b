import { Gauge, type Registry } from 'prom-client';

export class BuildMetrics {
  readonly #info: Gauge<'version' | 'node' | 'role'>;

  constructor(registry: Registry) {
    this.#info = new Gauge({
      name: 'leasehold_build_info',
      help: 'Always 1; its labels say what runs: version of the product, version of Node.js, role of the program.',
      labelNames: ['version', 'node', 'role'] as const,
      registers: [registry],
    });
  }

  tell(build: { readonly version: string; readonly node: string; readonly role: string }): void {
    this.#info.set({ ...build }, 1);
  }
}
