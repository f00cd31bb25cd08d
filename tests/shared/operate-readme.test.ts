import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { names, readReadme } from '../support/readme.ts'

// shared/operate/README.md is written by hand, and held against the code as the protocol's is.

const root = join(import.meta.dirname, '../..')
const { table } = readReadme(join(root, 'shared/operate/README.md'))

test('it tells every route of those who answer for it, and whom it lets in', () => {
  const code = readFileSync(join(root, 'server/http/operate-routes.ts'), 'utf8')
  const routes = [...code.matchAll(/app\.(get|post|delete)\('(\/api\/operate[^']*)', member, (\w+)/g)]
  expect(routes.length).toBeGreaterThan(9)
  const known = routes.map(([, method = '', path = '', role = '']) => `${method.toUpperCase()} ${path} ${role}s`)
  const written = table('## HTTP').map(
    ([method, path, , , who = '']) => `${names(method).join()} ${names(path).join()} ${/^\w+/.exec(who)?.[0]}`,
  )
  expect(written.sort()).toEqual(known.sort())
})
