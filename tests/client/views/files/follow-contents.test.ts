import { expect, test } from 'vitest'
import { followContents, type Wanted } from '../../../../client/views/files/follow-contents.ts'

function start() {
  const said: string[] = []
  const here = new Set<string>()
  const following = followContents(({ id, variant, fetches }) => {
    said.push(`${id} ${variant}${fetches ? ', fetched' : ''}`)
    return { isHere: () => here.has(id), stop: () => said.push(`${id} left`) }
  })
  return { following, here, take: () => said.splice(0) }
}

const want = (id: string, changes: Partial<Wanted> = {}): Wanted => ({
  ...{ id, variant: 'whole', type: '', fetches: false },
  ...changes,
})

test('a message that is read anew changes nothing of what is shown of its files', () => {
  const { following, take } = start()
  following.change([want('a'), want('b')])
  expect(take()).toEqual(['a whole', 'b whole'])
  following.change([want('b'), want('a')])
  expect(take()).toEqual([])
})

test('what is wanted now is fetched, unless it is here: then it keeps its address', () => {
  const { following, here, take } = start()
  following.change([want('a'), want('b')])
  here.add('a')
  take()
  following.change([want('a', { fetches: true }), want('b', { fetches: true })])
  expect(take()).toEqual(['b left', 'b whole, fetched'])
  following.change([want('a'), want('b', { fetches: true })])
  expect(take()).toEqual([])
})

test('what leaves the screen gives its address back, and the others keep theirs', () => {
  const { following, take } = start()
  following.change([want('a'), want('b')])
  take()
  following.change([want('b'), want('a', { variant: 'small' })])
  expect(take()).toEqual(['a left', 'a small'])
  following.change([])
  expect(take().sort()).toEqual(['a left', 'b left'])
  following.change([want('c')])
  following.stop()
  expect(take()).toEqual(['c whole', 'c left'])
})
