import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { COSTS_TOKEN, staffCommand, studentCommand } from '../../shared/classroom/commands.ts'
import { CLASSROOM_ERRORS } from '../../shared/classroom/errors.ts'
import { classroomDownFrame, classroomUpFrame } from '../../shared/classroom/frames.ts'
import {
  classroomPullPage,
  classroomsAnswer,
  createClassroomAnswer,
  createClassroomBody,
  findAnswer,
  studentCommandBody,
} from '../../shared/classroom/http.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION, CLASSROOM_VERSION_MIN } from '../../shared/classroom/version.ts'
import * as limits from '../../shared/classroom/limits.ts'
import { classroomLogRow } from '../../shared/classroom/rows.ts'
import { readFields } from '../support/field-table.ts'
import { fieldsOf, names, readReadme, sortLike } from '../support/readme.ts'
import { toldBySchema, toldByTable } from './form-of.ts'

// shared/classroom/README.md is written by hand, and held against the code as the protocol's is.

const root = join(import.meta.dirname, '../..')
const readme = readReadme(join(root, 'shared/classroom/README.md'))
const { section, table, fieldsTold } = readme

test('it tells this version and its header', () => {
  expect(readme.text).toMatch(new RegExp(`^# Classrooms, version ${CLASSROOM_VERSION}$`, 'm'))
  expect(readme.text).toContain(`\`${CLASSROOM_HEADER}: ${CLASSROOM_VERSION}\``)
  expect(readme.text).toContain(
    `A server speaks version ${CLASSROOM_VERSION}, and version ${CLASSROOM_VERSION_MIN} with`,
  )
})

test('it tells every command with its fields', () => {
  expect(fieldsTold('## What students do')).toEqual(fieldsOf(studentCommand.options, ['type', 'id']))
  expect(fieldsTold('## What staff do')).toEqual(fieldsOf(staffCommand.options, ['type', 'id']))
})

test('it tells every row with its fields', () => {
  expect(fieldsTold('## Rows')).toEqual(fieldsOf(classroomLogRow.options, ['type']))
})

test('it tells every frame with its fields', () => {
  expect(fieldsTold('### Frames up')).toEqual(fieldsOf(classroomUpFrame.options, ['type']))
  expect(fieldsTold('### Frames down')).toEqual(fieldsOf(classroomDownFrame.options, ['type']))
})

test('it tells every error with its status, its advice and its sentence', () => {
  const written = table('## Errors').map(([code, status, retry, sentence]) => [names(code)[0], status, retry, sentence])
  expect(written).toEqual(
    Object.entries(CLASSROOM_ERRORS).map(([code, { status, retry, sentence }]) => [
      code,
      String(status),
      retry ? 'yes' : 'no',
      sentence,
    ]),
  )
})

test('it tells every limit', () => {
  const written = table('## Limits').map(([name, value]) => [names(name)[0], Number(value)])
  expect(written).toEqual(Object.entries(sortLike(written, limits)))
})

test('it tells every route and socket', () => {
  const app = readFileSync(join(root, 'server/http/app.ts'), 'utf8')
  const routes = [...app.matchAll(/app\.(get|post|put|patch|delete)\('((?:\/q\/api|\/api\/classrooms)[^']*)'/g)]
  const known = routes.map(([, method = '', path = '']) => `${method.toUpperCase()} ${path}`)
  const sockets = readFileSync(join(root, 'server/live/classroom-doors.ts'), 'utf8')
  const patterns = [...sockets.matchAll(/_PATH = \/\^(.+)\$\/$/gm)].map(
    ([, pattern = '']) => `GET ${pattern.replaceAll('\\/', '/').replace('([^/]+)', ':id')}`,
  )
  expect(patterns).toHaveLength(3)
  const written = table('## HTTP').map(([method, path]) => `${names(method).join()} ${names(path).join()}`)
  expect(written.sort()).toEqual([...known, ...patterns].sort())
})

test('it tells the fields of what goes over HTTP', () => {
  const [find, , say, , , , list, create] = table('## HTTP')
  const inBraces = (cell = '') => (/\{([^{}]*)\}/.exec(cell)?.[1] ?? '').split(', ')
  expect(inBraces(find?.[3])).toEqual(Object.keys(findAnswer.entries))
  expect(inBraces(say?.[2])).toEqual(Object.keys(studentCommandBody.entries))
  expect(inBraces(create?.[2])).toEqual(Object.keys(createClassroomBody.entries))
  expect(inBraces(create?.[3])).toEqual(Object.keys(createClassroomAnswer.entries))
  const { staffed, limited } = classroomsAnswer.entries
  const written = [...(list?.[3] ?? '').matchAll(/\[\{([^{}]*)\}\]/g)].map(([, fields = '']) => fields.split(', '))
  expect(written).toEqual([Object.keys(staffed.item.entries), Object.keys(limited.item.entries)])
  const page = /answers `\{([^{}]*)\}`/.exec(section('## Catching up'))?.[1] ?? ''
  expect(page.split(', ')).toEqual(Object.keys(classroomPullPage.entries))
})

test('it tells what costs a token', () => {
  const [sentence = ''] = section('## Tokens').split(' cost one token')
  expect(names(sentence)).toEqual(COSTS_TOKEN)
})

test('it promises no refusal that is none', () => {
  const written = [
    ...table('## HTTP').map((cells) => cells[4]),
    ...table('## What students do').map((cells) => cells[3]),
  ]
  const codes = written.flatMap((cell) => names(cell))
  expect(codes.length).toBeGreaterThan(30)
  expect(codes.filter((code) => !v.is(v.picklist(Object.keys(CLASSROOM_ERRORS)), code))).toEqual([])
})

test('every link within it leads somewhere', () => {
  expect(readme.brokenLinks()).toEqual([])
})

const schemasOf = (options: readonly { entries: Record<string, unknown> }[], known: readonly string[]) =>
  new Map(
    options.map(({ entries }) => [
      (entries.type as v.LiteralSchema<string, undefined>).literal,
      Object.entries(entries).filter(([name]) => !known.includes(name)),
    ]),
  )
const tables: [string, string, Map<string, [string, unknown][]>][] = [
  ['what staff say', '### Fields of what staff say', schemasOf(staffCommand.options, ['type', 'id'])],
  ['what students say', '### Fields of what students say', schemasOf(studentCommand.options, ['type', 'id'])],
  ['rows', '### Fields of rows', schemasOf(classroomLogRow.options, ['type'])],
]
test.each(tables)(
  'it tells the form of every field of %s, each value, null and what may be left out',
  (_, heading, all) => {
    const written = readFields(readme, heading)
    if (heading.endsWith('staff say')) all.set('POST /api/classrooms', Object.entries(createClassroomBody.entries))
    // Those without a field of their own have no line.
    const schemas = new Map([...all].filter(([, fields]) => fields.length > 0))
    expect([...written.keys()]).toEqual([...schemas.keys()])
    for (const [of, fields] of written) {
      const entries = schemas.get(of) ?? []
      expect(fields.map(({ name }) => name).sort(), of).toEqual(entries.map(([name]) => name).sort())
      for (const field of fields) {
        const bySchema = toldBySchema(entries.find(([name]) => name === field.name)?.[1])
        const byTable = toldByTable(field)
        // In a row a field that a server of before leaves out is told in words; bounds are those of the commands.
        const isRow = heading.endsWith('rows')
        const max = isRow || bySchema.max === null ? null : byTable.max
        const leftOut = isRow ? bySchema.leftOut : byTable.leftOut
        expect({ ...byTable, max, leftOut }, `${of}.${field.name}`).toEqual({
          ...bySchema,
          max: isRow ? null : bySchema.max,
        })
      }
    }
  },
)
