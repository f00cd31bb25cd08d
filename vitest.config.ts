import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const report = process.env.TEST_REPORT
const sqlite = { backend: { kind: 'sqlite' as const } }

export default defineConfig({
  test: {
    // Left to itself vitest keeps a core free.
    maxWorkers: 2,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        plugins: [svelte({ configFile: false })],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'unit',
          include: ['tests/{shared,client,support}/**/*.test.ts', 'tests/architecture.test.ts'],
        },
      },
      {
        test: {
          name: 'server-sqlite',
          include: ['tests/server/**/*.test.ts'],
          exclude: ['tests/server/**/mysql-*.test.ts'],
          provide: sqlite,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'server-mysql',
          include: ['tests/server/**/*.test.ts'],
          exclude: ['tests/server/**/sqlite-*.test.ts'],
          globalSetup: 'tests/support/start-services.ts',
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          globalSetup: 'tests/support/start-services.ts',
          testTimeout: 90_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'sim', include: ['tests/sim/*.test.ts'], provide: sqlite, testTimeout: 300_000 } },
      { test: { name: 'sim-long', include: ['tests/sim/long/*.test.ts'], testTimeout: 300_000 } },
    ],
  },
})
