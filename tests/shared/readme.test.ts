import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { directId } from '../../shared/direct-id.ts'
import { command } from '../../shared/protocol/commands.ts'
import { downFrame } from '../../shared/protocol/down.ts'
import { CLOSE, ERROR_CODES, errorBody, ERRORS } from '../../shared/protocol/errors.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { ACCOUNT_HEADER, commandsAnswer, commandsBody, me, pullPage, session } from '../../shared/protocol/http.ts'
import { finishAnswer, uploadMetadata } from '../../shared/protocol/files.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../shared/protocol/version.ts'
import * as limits from '../../shared/protocol/limits.ts'
import { receiptsRow, row } from '../../shared/protocol/rows.ts'
import { upFrame } from '../../shared/protocol/up.ts'
import { fieldsOf, names, readReadme, sortLike, valuesOf } from '../support/readme.ts'

// shared/protocol/README.md is written by hand. Here its tables are held against the code: what one
// names and the other does not fails, with the name in the difference.

const root = join(import.meta.dirname, '../..')
const readme = readReadme(join(root, 'shared/protocol/README.md'))
const { section, table, fieldsTold } = readme

test('it tells this version, and the oldest that is spoken', () => {
  expect(readme.text).toMatch(new RegExp(`^# The protocol, version ${PROTOCOL_VERSION}$`, 'm'))
  expect(readme.text).toContain(`A server speaks version ${PROTOCOL_VERSION}, and versions ${PROTOCOL_VERSION_MIN} to `)
  expect(readme.text).toContain(`\`${PROTOCOL_HEADER}: ${PROTOCOL_VERSION}\``)
})

test('it names the headers, the log and Everyone', () => {
  for (const name of [PROTOCOL_HEADER, ACCOUNT_HEADER, CAMPUS_LOG, EVERYONE_ID]) expect(readme.text).toContain(name)
})

test('it tells every command with its fields', () => {
  expect(fieldsTold('## Commands')).toEqual(fieldsOf(command.options, ['type', 'id']))
})

test('it tells every row with its fields, whose order is that of the code', () => {
  expect(fieldsTold('## Rows')).toEqual(fieldsOf([...row.options, receiptsRow], ['type']))
})

test('it tells every frame with its fields', () => {
  expect(fieldsTold('### Frames up')).toEqual(fieldsOf(upFrame.options, ['type']))
  expect(fieldsTold('### Frames down')).toEqual(fieldsOf(downFrame.options, ['type']))
})

const tables: [string, string, readonly { entries: Record<string, unknown> }[]][] = [
  ['commands', '## Commands', command.options],
  ['rows', '## Rows', [...row.options, receiptsRow]],
  ['frames up', '### Frames up', upFrame.options],
  ['frames down', '### Frames down', downFrame.options],
]
test('it tells every value that a field of a command, a row or a frame may have, where these are few', () => {
  const untold = tables.flatMap(([what, heading, options]) => {
    const lines = table(heading)
    return options.flatMap((option) => {
      const { literal } = option.entries.type as v.LiteralSchema<string, undefined>
      const line = lines.find(([type]) => names(type)[0] === literal) ?? []
      const told = line.flatMap(names)
      return valuesOf(option)
        .filter((value) => !CODES.has(value) && !told.includes(value))
        .map((value) => `${what}: ${literal}: ${value}`)
    })
  })
  expect(untold).toEqual([])
  const found = tables.flatMap(([, , options]) => options.flatMap(valuesOf)).filter((value) => !CODES.has(value))
  expect(found).toEqual(expect.arrayContaining(['direct', 'group', 'everyone', 'there', 'away', 'unknown', 'watch']))
})
/** Codes of errors have a table of their own. */
const CODES = new Set<string>(ERROR_CODES)

test('it tells every error with its status, its advice and its sentence', () => {
  const written = table('## Errors').map(([code, status, retry, sentence]) => [names(code)[0], status, retry, sentence])
  expect(written).toEqual(
    Object.entries(ERRORS).map(([code, { status, retry, sentence }]) => [
      code,
      String(status),
      retry ? 'yes' : 'no',
      sentence,
    ]),
  )
})

test('it tells every close code', () => {
  const written = table('## Close codes').map(([code, name]) => [names(name)[0], Number(code)])
  expect(Object.fromEntries(written)).toEqual(CLOSE)
})

test('it tells every limit', () => {
  const written = table('## Limits').map(([name, value]) => [names(name)[0], Number(value)])
  expect(written).toEqual(Object.entries(sortLike(written, limits)))
})

test('it tells every route of the server', () => {
  const app = readFileSync(join(root, 'server/http/app.ts'), 'utf8')
  const sockets = readFileSync(join(root, 'server/live/campus-door.ts'), 'utf8')
  const routes = [...app.matchAll(/app\.(get|post|put|patch|delete)\('(\/api\/[^']*)'/g)]
  const together = [...app.matchAll(/app\.on\(\[([^\]]*)\], '(\/api\/[^']*)'/g)]
  const known = [
    ...routes.map(([, method = '', path = '']) => `${method.toUpperCase()} ${path}`),
    ...together.flatMap(([, methods = '', path = '']) =>
      methods.match(/[A-Z]+/g)?.map((method) => `${method} ${path}`),
    ),
  ]
  const [, socketPath = ''] = /SOCKET_PATH = '([^']+)'/.exec(sockets) ?? []
  const written = table('## HTTP').map(([method, path]) => `${names(method).join()} ${names(path).join()}`)
  // The socket of a classroom's staff is a pattern in the code, see the README of classrooms.
  const socketRoutes = [`GET ${socketPath}`, 'GET /api/classrooms/:id/socket']
  expect(written.sort()).toEqual([...known, ...socketRoutes].sort())
})

test('it tells what is known of oneself and of one’s sessions', () => {
  /** The innermost braces after the bold words. */
  const written = (start: string) => {
    const [line = ''] = readme.text.split('\n').filter((one) => one.includes(`**${start}** is `))
    const [, fields = ''] = /\{([^{}]*)\}/.exec(line) ?? []
    return fields.split(', ').sort()
  }
  expect(written('A session')).toEqual(Object.keys(session.entries).sort())
  expect(written('Me')).toEqual(Object.keys(me.entries.user.entries).sort())
})

test('it promises no refusal that is none', () => {
  const written = [...table('## HTTP').map((cells) => cells[4]), ...table('## Commands').map((cells) => cells[3])]
  const codes = new Set<string>(ERROR_CODES)
  expect(written.flatMap((cell) => names(cell)).filter((name) => !codes.has(name))).toEqual([])
  const inWords = [...readme.text.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, name = '']) => name)
  expect(inWords.filter((name) => !codes.has(name))).toEqual([])
})

test('its ids of direct conversations are right', () => {
  const vectors = table('## The id of a direct conversation').map((cells) => cells.flatMap(names))
  expect(vectors.length).toBeGreaterThan(0)
  for (const [one = '', other = '', expected] of vectors) expect(directId(one, other)).toBe(expected)
})

test('every line of its exchange is one that this version takes', () => {
  const lines = [...section('## An exchange').matchAll(/^([▶◀]) (.+)$/gm)]
  expect(lines.length).toBeGreaterThan(20)
  const up = v.union([upFrame, commandsBody])
  const down = v.union([downFrame, pullPage, commandsAnswer, errorBody])
  for (const [, direction, text = ''] of lines) {
    const content: unknown = JSON.parse(text)
    expect(v.safeParse(direction === '▶' ? up : down, content).issues, text).toBeUndefined()
  }
})

test('every line of JSON in its exchange with a file is one that this version takes', () => {
  const lines = [...section('### Files').matchAll(/^(?:◀ |  )(\{.+\})$/gm)].map(([, text = '']): unknown =>
    JSON.parse(text),
  )
  const known = v.union([finishAnswer, commandsBody, commandsAnswer, row])
  expect(lines.length).toBeGreaterThan(3)
  for (const content of lines.filter((one) => Object.keys(Object(one)).length > 0)) {
    expect(v.safeParse(known, content).issues, JSON.stringify(content)).toBeUndefined()
  }
  const [, metadata = ''] = /upload-metadata: (.+)$/m.exec(section('### Files')) ?? []
  const facts = metadata.split(',').map((pair) => pair.split(' ').map((part, at) => (at === 0 ? part : atob(part))))
  expect(v.safeParse(uploadMetadata, Object.fromEntries(facts)).issues).toBeUndefined()
})

test('every link within it leads somewhere', () => {
  expect(readme.brokenLinks()).toEqual([])
})
