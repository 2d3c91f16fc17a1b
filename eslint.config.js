import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/**
 * What each room may import, by the tag of its package.json (docs/architecture.md has the same table in words).
 * Rooms are kept apart by this rule, not by goodwill.
 */
const rooms = {
  package: ['package', 'migrations'],
  migrations: ['package'],
  stacks: ['package'],
  twin: ['package', 'stacks', 'migrations'],
  'data-gateway': ['package', 'migrations'],
  'control-plane': ['package', 'stacks', 'migrations', 'twin'],
  conformance: ['package', 'data-gateway'],
  cli: ['package', 'conformance'],
  launcher: ['package', 'migrations'],
  template: ['package', 'template'],
  bench: [
    'package',
    'stacks',
    'migrations',
    'twin',
    'control-plane',
    'data-gateway',
    'launcher',
    'template',
    'cli',
  ],
  e2e: [
    'package',
    'stacks',
    'migrations',
    'twin',
    'control-plane',
    'data-gateway',
    'launcher',
    'template',
    'cli',
  ],
};

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.data/', '.nx/', 'packages/api-client/src/schema.ts'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: [],
          depConstraints: Object.entries(rooms).map(([room, may]) => ({
            sourceTag: `room:${room}`,
            onlyDependOnLibsWithTags: may.map((other) => `room:${other}`),
          })),
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 90, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
  {
    files: [
      '**/*.spec.ts',
      'control-plane/src/**/testing/*.ts',
      'tenant-templates/*/src/testing/*.ts',
      'vitest.config.ts',
    ],
    languageOptions: {
      parserOptions: {
        projectService: false,
        project: './tsconfig.specs.json',
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      // A test of a room may use what the whole house offers for tests.
      '@nx/enforce-module-boundaries': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // One migration is one statement of SQL, however long.
    files: ['migrations/src/postgres/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // Programs whose standard output is their product.
    files: ['cli/**/*.ts', 'launcher/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
