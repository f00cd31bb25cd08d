import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { findBrokenRules } from './support/import-rules.ts'

const root = join(import.meta.dirname, '..')

function readSources(folder: string) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(root, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }))
}

test('the code keeps the rules of DESIGN.md', () => {
  const files = ['shared', 'migrations', 'server', 'client'].flatMap(readSources)
  expect(files.length).toBeGreaterThan(50)
  expect(findBrokenRules(files)).toEqual([])
})

function check(files: Record<string, string>): string[] {
  return findBrokenRules(Object.entries(files).map(([path, text]) => ({ path, text })))
}

const allowed: [string, Record<string, string>][] = [
  [
    'a view that reads through data',
    { 'client/views/a/a.svelte': `<script>import { b } from '../../data/b.ts'</script>` },
  ],
  ['http that calls the log', { 'server/http/a.ts': `import { pull } from '../log/pull.ts'` }],
  ['a command that reads the contract', { 'server/commands/a.ts': `import type { Row } from '../../shared/rows.ts'` }],
  ['main that puts parts together', { 'server/main.ts': `import './http/a.ts'; import './bus/b.ts'` }],
  ['files of one room', { 'server/log/a.ts': `import './b.ts'`, 'server/log/b.ts': '' }],
  ['packages', { 'shared/a.ts': `import * as v from 'valibot'` }],
  ['an import in a comment', { 'shared/a.ts': `// import '../server/main.ts'\n/* import '../client/main.ts' */` }],
  ['the environment that touches window', { 'client/environment.ts': 'window.addEventListener()' }],
  ['a window of svelte, and in prose', { 'client/ui/a.svelte': '<svelte:window /> <!-- window.a --> This window.' }],
  ['main that reads the settings', { 'server/main.ts': 'readConfig(process.env)' }],
]

test.each(allowed)('allowed: %s', (_, files) => {
  expect(check(files)).toEqual([])
})

const refused: [string, Record<string, string>, RegExp][] = [
  [
    'ui that knows sync',
    { 'client/ui/a.svelte': `<script lang="ts">\n  import { b } from '../sync/b.ts'\n</script>` },
    /^client\/ui\/a.svelte imports client\/sync\/b.ts. ui has no knowledge of sync/,
  ],
  ['ui that knows data', { 'client/ui/a.ts': `import '../data/b.ts'` }, /hand data in as properties/],
  ['data that draws', { 'client/data/a.ts': `import '../views/a/b.svelte'` }, /data is below views/],
  ['sync that knows data', { 'client/sync/a.ts': `import '../data/b.ts'` }, /sync is below data/],
  ['an import of types upwards', { 'client/sync/a.ts': `import type { B } from '../data/b.ts'` }, /sync is below data/],
  ['an import upwards when it is needed', { 'server/log/a.ts': `await import('../http/b.ts')` }, /log is below/],
  ['an export of what is above', { 'server/bus/a.ts': `export * from '../log/b.ts'` }, /hand the rest in/],
  ['a store that knows the log', { 'server/store/a.ts': `import '../log/b.ts'` }, /The store knows tables only/],
  ['commands that know live', { 'server/commands/a.ts': `import '../live/b.ts'` }, /let server\/serve.ts hand them/],
  ['a server that knows the client', { 'server/main.ts': `import '../client/sync/a.ts'` }, /of the server together/],
  ['a client that knows the server', { 'client/main.ts': `import '../server/log/a.ts'` }, /of the client together/],
  ['a contract that knows a side', { 'shared/a.ts': `import '../server/log/a.ts'` }, /shared\/ knows neither side/],
  ['someone who imports main', { 'server/http/a.ts': `import '../main.ts'` }, /its parts from server\/serve.ts/],
  ['a file in no room', { 'server/helpers.ts': '' }, /in none of the rooms/],
  [
    'a circle of files',
    {
      'server/log/a.ts': `import './b.ts'`,
      'server/log/b.ts': `import './c.ts'`,
      'server/log/c.ts': `import './a.ts'`,
    },
    /^server\/log\/a.ts → server\/log\/b.ts → server\/log\/c.ts → server\/log\/a.ts is a circle/,
  ],
  [
    'a setting read by the way',
    { 'server/log/a.ts': 'const port = process.env.PORT' },
    /Add the setting to server\/config/,
  ],
  ['a setting read through a package', { 'shared/a.ts': `import { env } from 'node:process'` }, /reads process.env/],
  ['window in a view', { 'client/views/a/a.svelte': '<a onclick={() => window.open()}>a</a>' }, /touches window/],
  ['window asked for', { 'client/sync/a.ts': `if (typeof window === 'undefined') b()` }, /touches window/],
]

test.each(refused)('refused: %s', (_, files, sentence) => {
  expect(check(files)).toEqual([expect.stringMatching(sentence)])
})

test('refused: rooms in a circle, though no file is', () => {
  const files = {
    'server/http/a.ts': `import '../live/a.ts'`,
    'server/live/a.ts': '',
    'server/live/b.ts': `import '../http/b.ts'`,
    'server/http/b.ts': '',
  }
  expect(check(files).join('\n')).toMatch(/these rooms import each other/)
})
