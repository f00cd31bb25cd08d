import { expect, test } from 'vitest'
import { createAnnouncer } from '../../../../client/views/conversation/announcer.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'

const from = (name: string, text: string) => ({ name, text })

test('one message is said at once, with who wrote it', () => {
  const said: string[] = []
  createAnnouncer(createFakeClock(), (words) => said.push(words)).announce([from('Ben', 'Hello')])
  expect(said).toEqual(['Ben: Hello'])
})

test('what comes while one is still listening is gathered, and said in one sentence', () => {
  const said: string[] = []
  const clock = createFakeClock()
  const announcer = createAnnouncer(clock, (words) => said.push(words))
  announcer.announce([from('Ben', 'One')])
  for (const name of ['Ben', 'Eva', 'Ben']) announcer.announce([from(name, 'More')])
  expect(said).toEqual(['Ben: One'])
  clock.advance(3_000)
  expect(said).toEqual(['Ben: One', '3 new messages from Ben and Eva'])
  clock.advance(60_000)
  expect(said).toHaveLength(2)
  expect(clock.waiting()).toBe(0)
  announcer.announce([from('Eva', 'Later')])
  expect(said.at(-1)).toBe('Eva: Later')
})

test('nothing is said after it was stopped', () => {
  const said: string[] = []
  const clock = createFakeClock()
  const announcer = createAnnouncer(clock, (words) => said.push(words))
  announcer.announce([from('Ben', 'One')])
  announcer.announce([from('Ben', 'Two')])
  announcer.stop()
  clock.advance(60_000)
  expect(said).toEqual(['Ben: One'])
})
