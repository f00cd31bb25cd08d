import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchConversation } from '../../../../client/data/conversations/watch-conversation.ts'
import type { Session } from '../../../../client/data/session.ts'
import { ComposerState } from '../../../../client/views/conversation/composer-state.svelte.ts'
import { createDevice, until } from '../../data/device.ts'
import { group } from '../../data/example.ts'

let session: Session
let composer: ComposerState
const screen = { sayTyping: vi.fn(), stopTyping: vi.fn(), stop: vi.fn() }

beforeEach(async () => {
  vi.clearAllMocks()
  session = await createDevice()
  const detail = await until(watchConversation(session, group, null))
  if (detail === null) throw new Error('there is no group')
  composer = new ComposerState({
    session,
    detail: () => detail,
    screen: () => screen,
    confirmEveryone: () => Promise.resolve(true),
    onsent: () => undefined,
    onerror: (error) => expect.unreachable(String(error)),
  })
})
afterEach(async () => {
  vi.useRealTimers()
  await composer.draft.carry()
  composer.stop()
  await session.db.delete()
})

test('that somebody types is said after it is painted', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  composer.write('H')
  expect(screen.sayTyping).not.toHaveBeenCalled()
  vi.advanceTimersByTime(200)
  expect(screen.sayTyping).toHaveBeenCalledOnce()
})

test('it is not said once it was sent or taken away', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  composer.write('H')
  composer.write('')
  expect(screen.stopTyping).toHaveBeenCalledOnce()
  composer.write('Hello')
  await composer.send('Hello')
  vi.advanceTimersByTime(200)
  expect(screen.sayTyping).not.toHaveBeenCalled()
})
