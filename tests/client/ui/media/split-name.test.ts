import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitName } from '../../../../client/ui/media/split-name.ts'

test('of a long name the ending and what stands before it are kept together', () => {
  expect(splitName('Lecture notes, week 5, final.pdf')).toEqual({ begin: 'Lecture notes, week 5, ', end: 'final.pdf' })
  expect(splitName('short.pdf')).toEqual({ begin: 'short.pdf', end: '' })
  expect(splitName('a name without any ending at all')).toEqual({ begin: 'a name without any ending a', end: 't all' })
})

test('letters that are written joined are not torn apart', () => {
  expect(splitName('محاضرات الجبر الخطي الأسبوع.pdf').end).toBe('.pdf')
  expect(splitName('Lo\u0308sung zur U\u0308bung.pdf').end).toBe('.pdf')
})

test('both parts are always the name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 250 }), (name) => {
      const { begin, end } = splitName(name)
      expect(begin + end).toBe(name)
      expect(end.length).toBeLessThanOrEqual(40)
    }),
  )
})
