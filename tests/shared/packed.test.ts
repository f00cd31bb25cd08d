import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { command, type Command } from '../../shared/protocol/commands.ts'
import { downFrame } from '../../shared/protocol/down.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { Malformed } from '../../shared/protocol/packed/bytes.ts'
import {
  createDownReader,
  packBeat,
  packDown,
  packRowsFrame,
  packUp,
  unpackUp,
} from '../../shared/protocol/packed/frames.ts'
import { packPage, unpackPage } from '../../shared/protocol/packed/page.ts'
import { packRows, unpackRows } from '../../shared/protocol/packed/rows.ts'
import { liveRow, type LiveRow, row, type Row } from '../../shared/protocol/rows.ts'
import { upFrame } from '../../shared/protocol/up.ts'
import { toArbitrary } from './arbitrary.ts'

// Whatever a schema takes comes out of the packed form as it went in; whatever bytes come, nothing else than that does.

const ANY_PAGED = fc.oneof(...row.options.map((option) => toArbitrary(option) as fc.Arbitrary<Row>))
const ANY_ROW = fc.oneof(...liveRow.options.map((option) => toArbitrary(option) as fc.Arbitrary<LiveRow>))

describe.each(liveRow.options.map((option) => [option.entries.type.literal, option] as const))(
  'rows of the kind %s',
  (_, option) => {
    test('come out as they went in, one or many', () => {
      const some = fc.array(toArbitrary(option) as fc.Arbitrary<LiveRow>, { maxLength: 8 })
      fc.assert(
        fc.property(some, (rows) => {
          expect(unpackRows(packRows(rows))).toEqual(rows)
        }),
      )
    })
  },
)

test('rows of all kinds stand in any order, and share ids', () => {
  fc.assert(
    fc.property(fc.array(ANY_ROW, { maxLength: 20 }), (rows) => {
      expect(unpackRows(packRows(rows))).toEqual(rows)
    }),
  )
})

describe.each(command.options.map((option) => [option.entries.type.literal, option] as const))(
  'a command %s',
  (_, option) => {
    test('is to the server what it is as JSON', () => {
      fc.assert(
        fc.property(toArbitrary(option) as fc.Arbitrary<Command>, (one) => {
          const packed = packUp({ type: 'command', command: one })
          expect(packed).toBeInstanceOf(Uint8Array)
          const frame = v.parse(upFrame, packed && unpackUp(packed))
          const read = frame.type === 'command' ? frame.command : undefined
          expect(v.parse(command, read)).toEqual(v.parse(command, one))
        }),
      )
    })
  },
)

test('a command with something that has no place in its table is JSON', () => {
  const one = { type: 'read', id: 'no UUID', conversationId: EVERYONE_ID, n: 1 } as const
  expect(packUp({ type: 'command', command: one })).toBeUndefined()
  expect(packUp({ type: 'command', command: { ...one, type: 'unheard of' } as never })).toBeUndefined()
})

/** Of the words of the protocol's own description, which are as many and as long as people's. */
const WORDS = readFileSync(join(import.meta.dirname, '../../shared/protocol/README.md'), 'utf8').match(/[a-z]+/g) ?? []

const live = { type: 'live', log: 'campus', lineage: 'l1', from: 40 }

/** A reader of a socket that is live at 40. */
function openReader() {
  const reader = createDownReader('campus')
  reader.read(JSON.stringify(live))
  return reader
}

test('frames follow on each other from where live begins, whatever was left out for others', () => {
  const reader = openReader()
  const one = fc.sample(ANY_ROW, 1)
  const rows = (from: number, to: number, lineage = 'l1') => ({ type: 'rows', log: 'campus', lineage, from, to })
  expect(reader.read(packRowsFrame(50, []))).toEqual({ ...rows(40, 50), rows: [] })
  expect(reader.read(packRowsFrame(60, [packRows(one), packRows(one)]))).toEqual({
    ...rows(50, 60),
    rows: [...one, ...one],
  })
  expect(reader.read(packBeat('ping', 0))).toEqual({ ...rows(60, 60), type: 'ping' })
  expect(reader.read(packBeat('beat', 5))).toEqual({ ...rows(60, 65), type: 'beat' })
  reader.read(JSON.stringify({ type: 'lineage', log: 'campus', lineage: 'l2' }))
  expect(reader.read(packRowsFrame(70, []))).toEqual({ ...rows(65, 70, 'l2'), rows: [] })
  reader.read(JSON.stringify({ type: 'rows', log: 'campus', lineage: 'l2', from: 70, to: 80, rows: [] }))
  expect(reader.read(packBeat('beat', 1))).toEqual({ ...rows(80, 81, 'l2'), type: 'beat' })
  expect(reader.read(JSON.stringify({ type: 'behind', log: 'campus' }))).toEqual({ type: 'behind', log: 'campus' })
  expect(reader.read(packBeat('beat', 0))).toEqual({ ...rows(0, 0, ''), type: 'beat', from: null, to: null })
})

test('rows that come where none are sent, or end before they begin, are not taken, nor what follows them', () => {
  expect(() => createDownReader('campus').read(packRowsFrame(50, []))).toThrow(Malformed)
  const reader = openReader()
  expect(() => reader.read(packRowsFrame(39, []))).toThrow(Malformed)
  expect(() => reader.read(packRowsFrame(50, []))).toThrow(Malformed)
  reader.read(JSON.stringify(live))
  expect(reader.read(packRowsFrame(50, []))).toMatchObject({ from: 40, to: 50 })
})

test('a result that a command was done is packed, and one that says why not is JSON', () => {
  const id = '01a208fd-3ffe-7409-aab2-b4b3c50e0b5d'
  const accepted = { type: 'result', result: { status: 'accepted', id, seq: 7 } } as const
  const packed = packDown(accepted)
  expect(packed && openReader().read(packed)).toEqual(accepted)
  const refused = { status: 'refused', id, code: 'forbidden', message: 'You may not do that.' } as const
  expect(packDown({ type: 'result', result: refused })).toBeUndefined()
})

/** Bytes that are nearly right: one here and there is another, or it ends too early. */
const damaged = (whole: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(whole, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
    .map(([bytes, changes, end]) => {
      const other = Uint8Array.from(bytes)
      for (const [at, byte] of changes) other[at % Math.max(1, other.length)] = byte
      return changes.length === 0 ? other.subarray(0, end % (other.length + 1)) : other
    })

test('of any bytes that come down nothing is taken but what the schemas take; else it is said that they are malformed', () => {
  const whole = fc.array(ANY_ROW, { maxLength: 4 }).map((rows) => packRowsFrame(50, [packRows(rows)]))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), damaged(whole)), (bytes) => {
      try {
        v.parse(downFrame, openReader().read(bytes))
      } catch (error) {
        expect(error instanceof Malformed || v.isValiError(error), String(error)).toBe(true)
      }
    }),
    { numRuns: 3_000 },
  )
})

test('of any bytes that come up a frame is made or it is said that they are malformed, and nobody waits for it', () => {
  const ANY_COMMAND = fc.oneof(...command.options.map((option) => toArbitrary(option) as fc.Arbitrary<Command>))
  const whole = ANY_COMMAND.map((one) => packUp({ type: 'command', command: one }) ?? new Uint8Array())
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), damaged(whole)), (bytes) => {
      try {
        unpackUp(bytes)
      } catch (error) {
        expect(error, String(error)).toBeInstanceOf(Malformed)
      }
    }),
    { numRuns: 3_000 },
  )
  const many = [1, 1, 15, ...Array<number>(16).fill(7), 0xff, 0xff, 0xff, 0xff, 0x7f]
  expect(() => unpackUp(Uint8Array.from(many))).toThrow(Malformed)
})

test('a page comes out as it went in, and what is cut off or goes on is said to be malformed', () => {
  const page = fc.record({
    from: fc.nat(),
    to: fc.nat(),
    next: fc.option(fc.string()),
    rows: fc.array(ANY_PAGED, { maxLength: 9 }),
  })
  fc.assert(
    fc.property(page, (said) => {
      const packed = packPage(said)
      expect(unpackPage(packed)).toEqual(said)
      expect(() => unpackPage(packed.subarray(0, -1))).toThrow()
      expect(() => unpackPage(Uint8Array.of(...packed, 0))).toThrow(Malformed)
    }),
  )
})

test('a page of messages takes fewer bytes than their texts', () => {
  let state = 7
  // Numbers as random as texts need to be (Lehmer, 1951).
  const below = (max: number) => Math.floor(((state = (state * 48_271) % 0x7fff_ffff) / 0x7fff_ffff) * max)
  const hex = (digits: number) => Array.from({ length: digits }, () => below(16).toString(16)).join('')
  const newId = (at: number) => {
    const time = at.toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(12)}`
  }
  const people = Array.from({ length: 30 }, () => newId(below(1e12)))
  const conversationId = newId(1e12)
  const rows = Array.from({ length: 200 }, (_, index): Row => {
    const writtenAt = 1_700_000_000_000 + index * 30_000 + below(20_000)
    const text = Array.from({ length: 10 }, () => WORDS[below(WORDS.length)]).join(' ')
    return {
      ...{ type: 'message', seq: 5_000 + index * 3, id: newId(writtenAt - below(5)), conversationId, n: index + 1 },
      ...{ authorId: people[below(30)] ?? '', text, writtenAt, sentAt: writtenAt + below(300), editedAt: null },
      ...{ replyTo: null, mentions: [], mentionsAll: false, forwarded: false, pinnedAt: null, edits: 0 },
    }
  })
  const texts = rows.reduce((sum, row) => sum + (row.type === 'message' ? (row.text ?? '').length : 0), 0)
  const page = packPage({ rows })
  // Without compression, as a network sees it that compresses nothing, it is less than half of what JSON is.
  expect(page.length).toBeLessThan(0.5 * JSON.stringify({ rows }).length)
  expect(brotliCompressSync(page, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }).length).toBeLessThan(
    0.95 * texts,
  )
})
