import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import coverageBaseline from './coverage-baseline.json' with { type: 'json' };

/** One project a tier of docs/testing.md, told apart by the file's suffix. */
const tier = (name: string, include: string[], more: object = {}) => ({
  extends: true as const,
  test: { name, include, ...more },
});
const exclude = ['**/node_modules/**', '**/dist/**'];
const withDatabase = { globalSetup: ['packages/test-support/src/postgres.global-setup.ts'] };

export default defineConfig({
  resolve: { conditions: ['source', 'node'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    exclude,
    // Most of a test's time is waiting for processes and sockets, so two files share a core well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Of the unit tests: `npm run check:coverage`. A room below its floor fails; docs/images.md says how floors are raised.
    coverage: {
      provider: 'v8',
      include: [
        '{cli,control-plane,stacks,twin,data-gateway,launcher}/src/**/*.ts',
        'packages/*/src/**/*.ts',
      ],
      exclude: ['**/*.spec.ts', '**/testing/**', 'packages/api-client/src/schema.ts'],
      reporter: ['text-summary', 'json-summary', 'html'],
      thresholds: coverageBaseline,
    },
    projects: [
      tier('unit', ['**/src/**/*.spec.{ts,tsx}', 'launcher/**/*.spec.mjs'], {
        exclude: [...exclude, '**/*.{int,engine,external,e2e,fault}.spec.ts'],
      }),
      tier('integration', ['**/src/**/*.int.spec.ts'], {
        ...withDatabase,
        testTimeout: 60_000,
        hookTimeout: 120_000,
      }),
      tier('engine', ['**/src/**/*.engine.spec.ts'], {
        ...withDatabase,
        testTimeout: 120_000,
        hookTimeout: 180_000,
      }),
      tier('external', ['**/src/**/*.external.spec.ts'], {
        ...withDatabase,
        testTimeout: 900_000,
        hookTimeout: 600_000,
        fileParallelism: false,
      }),
      tier('e2e', ['e2e/src/**/*.e2e.spec.ts'], {
        testTimeout: 300_000,
        hookTimeout: 600_000,
        fileParallelism: false,
      }),
      tier('fault', ['e2e/src/**/*.fault.spec.ts'], {
        testTimeout: 300_000,
        hookTimeout: 600_000,
        fileParallelism: false,
      }),
    ],
  },
});
