import { expect, test } from 'vitest'
import { composing } from '../../../client/views/composing.svelte.ts'

test('of two fields in which something stands one may be emptied or closed, and still somebody writes', () => {
  const [endFirst, endSecond] = [composing.begin(), composing.begin()]
  expect(composing.busy).toBe(true)
  endFirst()
  expect(composing.busy).toBe(true)
  endSecond()
  expect(composing.busy).toBe(false)
})
