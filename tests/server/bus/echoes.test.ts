import { expect, test } from 'vitest'
import { createEchoes } from '../../../server/bus/echoes.ts'

test('what was said comes back once, and what others say does not', () => {
  const echoes = createEchoes()
  echoes.expect('one')
  echoes.expect('one')
  expect(['other', 'one', 'one', 'one'].map(echoes.take)).toEqual([false, true, true, false])
})
test('what was said before something that came back is lost: the same from others is heard', () => {
  const echoes = createEchoes()
  for (const text of ['lost', 'lost too', 'back']) echoes.expect(text)
  expect(['back', 'lost', 'lost too'].map(echoes.take)).toEqual([true, false, false])
})
test('after a cut nothing comes back any more', () => {
  const echoes = createEchoes()
  echoes.expect('one')
  echoes.clear()
  expect(echoes.take('one')).toBe(false)
})
test('of what never comes back so much is kept, and no more', () => {
  const echoes = createEchoes()
  for (let count = 0; count <= 1_000; count += 1) echoes.expect(`${count}`)
  expect(['0', '1'].map(echoes.take)).toEqual([false, true])
})
