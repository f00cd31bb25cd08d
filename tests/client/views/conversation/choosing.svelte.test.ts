import { expect, test } from 'vitest'
import { Choosing } from '../../../../client/views/conversation/choosing.svelte.ts'

test('what is chosen stays so until it is chosen no more, and the last one ends it', () => {
  const choosing = new Choosing()
  expect(choosing.ids).toBeNull()
  choosing.toggle('a')
  choosing.toggle('c')
  expect(choosing.ids).toEqual(['a', 'c'])
  choosing.toggle('a')
  expect(choosing.ids).toEqual(['c'])
  choosing.toggle('c')
  expect(choosing.ids).toBeNull()
})

test('with Shift all are chosen from the last one on, either way, and none twice', () => {
  const choosing = new Choosing()
  const shown = ['a', 'b', 'c', 'd', 'e']
  choosing.toggle('c')
  choosing.reach('e', shown)
  expect(choosing.ids).toEqual(['c', 'd', 'e'])
  choosing.reach('b', shown)
  expect([...(choosing.ids ?? [])].sort()).toEqual(['b', 'c', 'd', 'e'])
})

test('where the one that was chosen last is not shown any more, only this one is chosen', () => {
  const choosing = new Choosing()
  choosing.toggle('far')
  choosing.reach('b', ['a', 'b'])
  expect(choosing.ids).toEqual(['far', 'b'])
})
