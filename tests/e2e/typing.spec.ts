import { leaveNetwork } from './support/connection.ts'
import { composer, expectMessages, expectReceipt, open, openDirect, send } from './support/conversing.ts'
import { createGroup } from './support/grouping.ts'
import type { Screen } from './support/person.ts'
import { setPreference } from './support/preferring.ts'
import { expect, test } from './support/test.ts'
import { turnVisibility } from './support/visibility.ts'

/** What stands at the top of the open conversation. */
const top = ({ page }: Screen) => page.getByRole('main').locator('header')

test('one sees who is there and who types, but not with no network, and not of whoever lets nobody know', async ({
  campus,
}) => {
  await campus.enrol('Cleo')
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]

  await test.step('one sees that the other is there, types, and has seen what one wrote', async () => {
    await openDirect(ada, 'Ben')
    await send(ada, 'Hello')
    await expect(top(ada)).toContainText('Here now')
    await open(ben, 'Ada')
    await composer(ben).pressSequentially('Hm')
    await expect(top(ada)).toContainText('typing …')
    await composer(ben).press('Enter')
    await expectMessages(ada, ['Hello', 'Hm'])
    await expect(top(ada)).toContainText('Here now')
    await expectReceipt(ada, 'Hello', 'Seen')
  })

  // How two are named who type at once: `tests/client/views/conversation/words.test.ts`.
  await test.step('a group says how many are there, and who types', async () => {
    await createGroup(ada, 'Film club', ['Ben', 'Cleo'])
    await open(ben, 'Film club')
    await expect(top(ada)).toContainText('3 members, 1 here now')
    await composer(ben).pressSequentially('I')
    await expect(top(ada)).toContainText(/Ben\W? is typing …/)
  })

  // Who leaves is gone as a step of five minutes ends: `tests/server/live/presence.test.ts` shows that.
  await test.step('with no network one sees nothing of it', async () => {
    await open(ada, 'Ben')
    await expect(top(ada)).toContainText('Here now')
    await leaveNetwork(ada)
    await expect(top(ada)).toContainText('@ben')
    await ada.device.goOnline()
    await expect(top(ada)).toContainText('Here now')
  })

  await test.step('whoever lets nobody know that they are there sees of nobody', async () => {
    await setPreference(ben, 'presence', false)
    await open(ben, 'Ada')
    await expect(top(ada)).toContainText('@ben')
    await expect(top(ben)).toContainText('@ada')
    await composer(ben).pressSequentially('Hm')
    await send(ada, 'Are you there?')
    await expectMessages(ben, ['Hello', 'Hm', 'Are you there?'])
    await expect(top(ada)).not.toContainText('Here now')
    await expect(top(ada)).not.toContainText('typing')
  })
})

test('a page that is hidden watches nobody, says so once, and watches again once it is shown', async ({ campus }) => {
  await campus.enrol('Ben')
  const ada = await campus.join('Ada')
  await openDirect(ada, 'Ben')
  await send(ada, 'Hello')
  const watched: number[] = []
  ada.page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      if (typeof payload !== 'string') return
      const frame = JSON.parse(payload) as { type: string; userIds?: string[] }
      if (frame.type === 'watch') watched.push(frame.userIds?.length ?? 0)
    }),
  )
  // Only what is sent on another socket is heard here.
  await leaveNetwork(ada)
  await ada.device.goOnline()
  await expect(top(ada)).toContainText('@ben')
  await expect.poll(() => watched).toEqual([1])
  const before = watched.length
  await turnVisibility(ada, 'hidden')
  await expect.poll(() => watched.slice(before)).toEqual([0])
  await turnVisibility(ada, 'visible')
  await expect.poll(() => watched.slice(before)).toEqual([0, 1])
})
