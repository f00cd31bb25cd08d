import { expect, test } from 'vitest'
import { createLikeness } from '../../../server/campus/likeness.ts'

interface Somebody {
  id: string
  name: string
  handle: string
}

/** People of whom each has a name and a handle, and how often those were looked at. */
function createPeople() {
  const users = new Map<string, Somebody>()
  const likeness = createLikeness(users)
  let looks = 0
  return {
    likeness,
    looks: () => looks,
    put(id: string, name: string): void {
      const somebody = {
        id,
        handle: `handle-of-${id}`,
        get name() {
          looks += 1
          return name
        },
      }
      users.set(id, somebody)
      likeness.note(somebody)
    },
  }
}

test('of a class that registers at once nobody is compared with all the others', () => {
  const { likeness, put, looks } = createPeople()
  for (let at = 0; at < 100; at++) {
    expect(likeness.hasLookAlike(`${at}`, `Person ${at}`)).toBe(false)
    put(`${at}`, `Person ${at}`)
  }
  expect(looks()).toBeLessThan(300)
  expect(likeness.hasLookAlike('another', 'Реrson 7')).toBe(true)
})

test('a name that somebody gave up in the same batch is free for what looks like it', () => {
  const { likeness, put } = createPeople()
  put('ann', 'Paul')
  expect(likeness.hasLookAlike('ben', 'Pau1')).toBe(true)
  put('ann', 'Ann')
  expect(likeness.hasLookAlike('ben', 'Pau1')).toBe(false)
})
