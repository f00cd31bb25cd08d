import { expect, test } from 'vitest'
import { composing } from '../../../client/views/composing.svelte.ts'

test('of two fields in which something stands one may be emptied or closed, and still somebody writes', () => {
  const endBelow = composing.begin()
  const endInThread = composing.begin()
  expect(composing.busy).toBe(true)
  endInThread()
  expect(composing.busy).toBe(true)
  composing.busy = false
  expect(composing.busy).toBe(true)
  endBelow()
  expect(composing.busy).toBe(false)
})
