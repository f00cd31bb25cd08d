import { expect, test } from 'vitest'
import {
  completeMention,
  findMentionTyped,
  type MentionCandidate,
} from '../../../../client/data/composing/mention-candidates.ts'
import { MentionCompletion } from '../../../../client/views/conversation/mention-completion.svelte.ts'

const person = (handle: string): MentionCandidate => ({
  kind: 'person',
  handle,
  person: { id: handle, handle, name: handle, pictureId: null },
})
const [ben, bernadette, eva] = [person('ben'), person('bernadette'), person('eva')]

/** A field in which somebody types, and a device whose answers come when a test says so. */
function openField() {
  let text = ''
  const asked: { query: string; answer: (candidates: MentionCandidate[]) => Promise<void> }[] = []
  const completion = new MentionCompletion({
    findTyped: () => findMentionTyped(text, text.length),
    findCandidates: (query) =>
      new Promise((resolve) => {
        asked.push({
          query,
          async answer(candidates) {
            resolve(candidates)
            // The completion goes on in the turn after.
            await Promise.resolve()
          },
        })
      }),
    onchoose: (candidate, typed) => (text = completeMention(text, typed, candidate).text),
  })
  return {
    completion,
    type(more: string) {
      text += more
      void completion.update()
    },
    text: () => text,
    async answer(query: string, ...candidates: MentionCandidate[]) {
      await asked.find((one) => one.query === query)?.answer(candidates)
    },
    offered: () => completion.offer?.candidates.map(({ handle }) => handle) ?? [],
    chosen: () => completion.offer?.candidates[completion.offer.chosen]?.handle,
  }
}

test('the first who is offered is chosen, the arrows go round, and Enter or Tab writes the name', async () => {
  const field = openField()
  field.type('Hi @b')
  await field.answer('b', ben, bernadette)
  expect(field.chosen()).toBe('ben')
  field.completion.takeKey('ArrowUp')
  expect(field.chosen()).toBe('bernadette')
  field.completion.takeKey('ArrowDown')
  expect(field.completion.takeKey('x')).toBe(false)
  expect(field.completion.takeKey('Tab')).toBe(true)
  expect([field.text(), field.offered()]).toEqual(['Hi @ben ', []])
  expect(field.completion.takeKey('Enter')).toBe(false)
})

test('whom one chose while the next answer was looked up stays chosen, as long as they are offered', async () => {
  const field = openField()
  field.type('@b')
  await field.answer('b', ben, bernadette)
  field.type('e')
  field.completion.takeKey('ArrowDown')
  await field.answer('be', ben, bernadette)
  expect(field.chosen()).toBe('bernadette')
  field.type('n')
  field.completion.takeKey('ArrowDown')
  field.completion.takeKey('ArrowDown')
  await field.answer('ben', ben, eva)
  expect(field.chosen()).toBe('ben')
})

test('what was chosen with the keys before more was typed gives way to who fits best', async () => {
  const field = openField()
  field.type('@b')
  await field.answer('b', eva, bernadette)
  field.completion.takeKey('ArrowDown')
  field.type('e')
  await field.answer('be', ben, bernadette)
  expect(field.chosen()).toBe('ben')
})

test('an answer to what is typed no more is not offered', async () => {
  const field = openField()
  field.type('@b')
  field.type('e')
  await field.answer('b', ben, eva)
  expect(field.offered()).toEqual([])
  await field.answer('be', ben)
  expect(field.offered()).toEqual(['ben'])
})

test('an answer that comes after Escape, or after one left the field, offers nothing', async () => {
  const field = openField()
  field.type('@b')
  await field.answer('b', ben, bernadette)
  field.type('e')
  field.completion.takeKey('Escape')
  await field.answer('be', ben, bernadette)
  expect(field.offered()).toEqual([])
  field.type('r')
  expect(field.offered()).toEqual([])
  field.type(' and @e')
  field.completion.end()
  await field.answer('e', eva)
  expect(field.offered()).toEqual([])
  field.type('v')
  await field.answer('ev', eva)
  expect(field.offered()).toEqual(['eva'])
})
