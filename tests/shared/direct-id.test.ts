import fc from 'fast-check'
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { directId } from '../../shared/direct-id.ts'
import { EVERYONE_ID, id } from '../../shared/protocol/fields.ts'

const VECTORS: [string, string, string][] = [
  // From the exchange in shared/protocol/README.md.
  [
    '01a20913-d988-7711-997d-7c59cc5050b5',
    '01a20913-dcf0-78da-bfe8-9e408cab0831',
    'bc415d6a-4a9b-8355-b234-16e1e2fce1c4',
  ],
  [
    '00000000-0000-7000-8000-000000000001',
    'ffffffff-ffff-7fff-bfff-ffffffffffff',
    'ad9393e6-194f-820f-a52c-34c85afe651f',
  ],
]

/** The algorithm as the README says it, over Node's own SHA-256. */
function directIdByHand(oneUserId: string, otherUserId: string): string {
  const ordered = [oneUserId, otherUserId].sort().join(':')
  const hex = createHash('sha256').update(`chatbox:direct:${ordered}`).digest('hex').slice(0, 32)
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  const bits = `${hex.slice(0, 12)}8${hex.slice(13, 16)}${variant}${hex.slice(17)}`
  return bits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

const userId = fc.uuid({ version: 7 })
const pair = fc.tuple(userId, userId).filter(([one, other]) => one !== other)

test.each(VECTORS)('%s and %s meet in %s', (one, other, expected) => {
  expect(directId(one, other)).toBe(expected)
})

test('two people meet in one place, whoever begins', () => {
  fc.assert(
    fc.property(pair, ([one, other]) => {
      expect(directId(one, other)).toBe(directId(other, one))
    }),
  )
})

test('it is the algorithm that the README tells other clients', () => {
  fc.assert(
    fc.property(pair, ([one, other]) => {
      expect(directId(one, other)).toBe(directIdByHand(one, other))
    }),
  )
})

test('it is a version 8 UUID, which neither a group nor a user has', () => {
  fc.assert(
    fc.property(pair, ([one, other]) => {
      expect(v.is(id, directId(one, other))).toBe(true)
      expect(directId(one, other)).toMatch(/^.{14}8.{4}[89ab]/)
      expect(directId(one, other)).not.toBe(EVERYONE_ID)
    }),
  )
})

test('no two pairs meet in one place', () => {
  fc.assert(
    fc.property(fc.uniqueArray(userId, { minLength: 3, maxLength: 12 }), (users) => {
      const ids = users.flatMap((one, index) => users.slice(index + 1).map((other) => directId(one, other)))
      expect(new Set(ids).size).toBe(ids.length)
    }),
  )
})
