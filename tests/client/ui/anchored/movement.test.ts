import { expect, test } from 'vitest'
import { findMovement } from '../../../../client/ui/anchored/movement.ts'

const cases: [string, number, { top: number; max: number }, number][] = [
  ['nobody scrolled', 500, { top: 500, max: 900 }, 0],
  ['somebody scrolled up', 500, { top: 380, max: 900 }, -120],
  ['somebody scrolled down', 500, { top: 620, max: 900 }, 120],
  ['the list grew below', 500, { top: 500, max: 1_300 }, 0],
  ['the list became too short, and the browser scrolled it back', 500, { top: 300, max: 300 }, 0],
  ['somebody scrolled up in a list that became too short', 500, { top: 250, max: 300 }, -50],
  ['what the browser rounds', 500, { top: 399, max: 400 }, 0],
  ['a browser that goes beyond the end and comes back', 500, { top: 560, max: 500 }, 0],
  ['a browser that goes beyond the beginning', 0, { top: -40, max: 900 }, 0],
]

test.each(cases)('how far somebody scrolled: %s', (_, put, scrolled, moved) => {
  expect(findMovement(put, scrolled)).toBe(moved)
})
