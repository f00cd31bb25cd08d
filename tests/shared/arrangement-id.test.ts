import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { fromArrangementId, toArrangementId } from '../../shared/arrangement-id.ts'
import { EVERYONE_ID, id } from '../../shared/protocol/fields.ts'

const classroomId = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'.split('')),
  minLength: 12,
  maxLength: 12,
})

test('a classroom is arranged under an id that is a UUID, and of no other classroom', () => {
  fc.assert(
    fc.property(classroomId, (classroom) => {
      const made = toArrangementId(classroom)
      expect(v.is(id, made)).toBe(true)
      expect(fromArrangementId(made)).toBe(classroom)
    }),
  )
})

test.each([EVERYONE_ID, '01a20913-d988-7711-997d-7c59cc5050b5', 'c1a55000-0000-8fff-8fff-ffffffffffff'])(
  'the id of a conversation is no classroom’s: %s',
  (other) => {
    expect(fromArrangementId(other)).toBeNull()
  },
)
