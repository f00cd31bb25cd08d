import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const report = process.env.TEST_REPORT
const sqlite = { backend: { kind: 'sqlite' as const } }

/**
 * What is also shown over MariaDB and Redis: the stores and buses, the log, what each command of either kind writes,
 * what several processes do, and the operator's commands. The rest asks nothing of a database that these do not.
 */
const OVER_MARIADB = [
  'tests/server/{audit,bus,campus,classroom,limits,log,settings,store}/**/*.test.ts',
  'tests/server/commands/{blocking,effects,files,governing,leave-for-good,receipts,requests}.test.ts',
  'tests/server/accounts/{admission,register,reset,sessions,sso,sso-hostile,passkeys}.test.ts',
  'tests/server/http/{operate,question-reports,registration,suspended}.test.ts',
  'tests/server/access/{commands,routes}.test.ts',
  'tests/server/metrics/metrics.test.ts',
  'tests/server/ops/{readiness,start}.test.ts',
  'tests/server/ops/{admin,backup,doctor,verify}/*.test.ts',
  'tests/server/live/{hub,two-processes}.test.ts',
  'tests/server/own-data/erase.test.ts',
  'tests/server/files/{access,quota,sweeping,two-processes}.test.ts',
]
/** What knows no database, counts statements, which are the same, or decides by rows that others here read, whichever it is. */
const OVER_SQLITE_ALONE = [
  'tests/server/**/sqlite-*.test.ts',
  'tests/server/campus/{ask-records,roster}.test.ts',
  'tests/server/{classroom,log}/statements.test.ts',
  'tests/server/classroom/{blindness,classroom-issuer,classroom-limits,staff-rules,student-rules,words}.test.ts',
  'tests/server/classroom/{photo-access,photo-limits,written-client}.test.ts',
]

const PROPERTIES = 'tests/support/properties.ts'
/** A busy machine gets the time it needs: only what never ends fails for it. */
const PATIENT = { testTimeout: 90_000, hookTimeout: 60_000, setupFiles: PROPERTIES }

/** Loading the server costs more than most files of tests: they share it, and leave nothing behind in its modules. */
const SERVER = { isolate: false, ...PATIENT }

const BROWSER = { plugins: [svelte({ configFile: false })], resolve: { conditions: ['browser'] } }
const UNIT = [
  'tests/{build,docs,shared,client,support}/**/*.test.ts',
  'tests/bench/{*,scale/*}.test.ts',
  'tests/architecture.test.ts',
]
/** Each with an IndexedDB of its own, which what one of them leaves running may outlive. */
const STORED = listTests('tests/client').filter((path) =>
  /fake-indexeddb|fake-room|stores|disk/.test(readFileSync(path, 'utf8')),
)

function listTests(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.test.ts')).map((name) => join(folder, name).replaceAll('\\', '/'))
}

export default defineConfig({
  test: {
    // Left to itself vitest keeps a core free.
    maxWorkers: 2,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        ...BROWSER,
        test: {
          name: 'unit',
          include: UNIT,
          exclude: STORED,
          // One process runs many of them, and loads a module once: of all their time that was half.
          isolate: false,
          ...PATIENT,
        },
      },
      { ...BROWSER, test: { name: 'unit-stored', include: STORED, ...PATIENT } },
      {
        test: {
          name: 'server-sqlite',
          include: ['tests/server/**/*.test.ts'],
          exclude: ['tests/server/**/mysql-*.test.ts', 'tests/server/bus/redis.test.ts'],
          globalSetup: 'tests/support/fill-template.ts',
          ...SERVER,
        },
      },
      {
        test: {
          name: 'server-mysql',
          include: OVER_MARIADB,
          exclude: OVER_SQLITE_ALONE,
          globalSetup: 'tests/support/start-services.ts',
          ...SERVER,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          globalSetup: 'tests/support/start-services.ts',
          ...PATIENT,
        },
      },
      { test: { name: 'sim', include: ['tests/sim/*.test.ts'], provide: sqlite, testTimeout: 300_000 } },
      { test: { name: 'sim-long', include: ['tests/sim/long/*.test.ts'], testTimeout: 300_000 } },
    ],
  },
})
