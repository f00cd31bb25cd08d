import { directId } from '../../shared/direct-id.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { PASSWORD } from './support/campus.ts'
import { connectionLine, expectAllSent, expectConnected, expectOffline, leaveNetwork } from './support/connection.ts'
import { conversations, expectMessages, expectWaiting, open, openDirect, send } from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { expectEntrance, signIn, signOut, trySignIn, signInSheet } from './support/entering.ts'
import { dumpStorage, holds } from './support/storage.ts'
import { expect, test } from './support/test.ts'

// Two people share a device: neither ever sees or sends what is the other's.

test('who signs out leaves nothing for the next one, neither what is here nor what waits', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.enrol('Ben')]
  const [cleo, dora] = [await campus.enrol('Cleo'), await campus.enrol('Dora')]
  const left = { page: ada.page }
  await openDirect(ada, 'Ben')
  await send(ada, 'Only for you')
  await expectAllSent(ada)
  const next = { page: await ada.device.openTab() }

  await test.step('nothing is left on the device, and a tab that was left open is at the entrance', async () => {
    await signOut(next)
    await expectEntrance(left)
    await expect.poll(async () => Object.keys(await dumpStorage(next))).toEqual(['chatbox-device'])
    expect(await holds(next, 'Only for you')).toBe(false)
  })

  await test.step('both tabs become the next one’s when somebody else signs in', async () => {
    await signIn(next, cleo)
    for (const screen of [left, next]) {
      await expect(conversations(screen).getByRole('link')).toHaveCount(1)
      await open(screen, 'Everyone')
      await expectConnected(screen)
    }
    await send(left, 'Cleo in the first')
    await expectAllSent(left)
    await send(next, 'Cleo in the second')
    await expectAllSent(next)
    for (const text of ['Cleo in the first', 'Cleo in the second']) {
      expect((await ben.findMessage(EVERYONE_ID, text)).authorId).toBe(cleo.userId)
    }
    expect(await ben.read(EVERYONE_ID)).toHaveLength(2)
    expect(await holds(left, 'Only for you')).toBe(false)
  })

  await test.step('what waits is thrown away only after a warning', async () => {
    await left.page.close()
    await signOut(ada)
    await signIn(ada, ada)
    await openDirect(ada, 'Dora')
    await leaveNetwork(ada)
    await send(ada, 'Never for you')
    await ada.page.getByRole('link', { name: 'Settings' }).click()
    await ada.page.getByRole('button', { name: 'Sign out', exact: true }).click()
    const question = ada.page.getByRole('dialog', { name: 'Sign out of this device?' })
    await expect(question).toContainText('Still to be sent: 1 message and 1 change. Signing out throws this away.')
    await question.getByRole('button', { name: 'Stay signed in' }).click()
    await expectOffline(ada, '1 message and 1 change')
    await signOut(ada)
  })

  await test.step('and it is never sent by the next one', async () => {
    await trySignIn(ada, cleo)
    await expect(ada.page.getByRole('alert')).toContainText('ChatBox cannot be reached right now.')
    await ada.device.goOnline()
    await signIn(ada, cleo)
    await expectConnected(ada)
    await open(ada, 'Everyone')
    await send(ada, 'Cleo here')
    await expectAllSent(ada)
    expect(await ben.read(EVERYONE_ID)).toEqual(['Cleo in the first', 'Cleo in the second', 'Cleo here'])
    expect(await holds(ada, 'Never for you')).toBe(false)
    await expect(dora.read(directId(ada.userId, dora.userId))).rejects.toThrow('got 403')
  })

  await test.step('the session that ended with no network has ended on the server too', async () => {
    const later = await campus.openDevice()
    await signIn(later, ada)
    await later.page.getByRole('link', { name: 'Settings' }).click()
    const sessions = later.page.getByRole('region', { name: 'Where you are signed in' })
    await expect(sessions.getByRole('listitem')).toHaveCount(1)
  })
})

test('a tab that hung while somebody else signed in sends nothing of its own any more', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.enrol('Ben')]
  const cleo = await campus.enrol('Cleo')
  await open(ada, 'Everyone')
  const hung = { page: ada.page }
  const other = { page: await ada.device.openTab() }
  await ada.device.goOffline()
  await expectOffline(hung, null)
  await send(hung, 'From Ada')
  const devtools = await ada.device.context.newCDPSession(hung.page)
  await devtools.send('Debugger.enable')
  const paused = new Promise((resolve) => devtools.once('Debugger.paused', resolve))
  await devtools.send('Debugger.pause')
  await paused

  await signOut(other)
  await ada.device.goOnline()
  await signIn(other, cleo)
  await open(other, 'Everyone')
  await send(other, 'From Cleo')
  await expect.poll(() => ben.read(EVERYONE_ID)).toEqual(['From Cleo'])
  await devtools.send('Debugger.resume')
  await devtools.detach()
  // Somebody turns to it.
  await hung.page.evaluate(() => dispatchEvent(new Event('focus')))
  await expect.poll(() => holds(other, 'From Ada')).toBe(false)
  await send(other, 'Cleo again')
  await expect.poll(() => ben.read(EVERYONE_ID)).toEqual(['From Cleo', 'Cleo again'])
  await expectMessages(hung, ['From Cleo', 'Cleo again'])
})

test('a session of somebody else under one’s feet sends nothing and shows nothing', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.enrol('Ben')]
  const cleo = await campus.enrol('Cleo')
  await openDirect(ada, 'Ben')
  await send(ada, 'Hello')
  const conversationId = directId(ada.userId, ben.userId)
  await leaveNetwork(ada)
  await send(ada, 'Only for you')

  // Whatever put it there: the cookie of this browser is another account's now.
  await ada.device.context.clearCookies()
  ada.device.wire.restore()
  await ada.device.context.setOffline(false)
  const status = await ada.page.evaluate(
    async (body) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      return (await fetch('/api/sign-in', init)).status
    },
    { handle: cleo.handle, password: PASSWORD },
  )
  expect(status).toBe(200)
  const sheet = signInSheet(ada)
  await expect(sheet).toBeVisible()
  await expect(connectionLine(ada)).toContainText('Signed out, sign in to send 1 message')
  await expectWaiting(ada, 'Only for you')
  expect(await ben.read(conversationId)).toEqual(['Hello'])

  await sheet.getByLabel('Password').fill(PASSWORD)
  await sheet.getByRole('button', { name: 'Sign in' }).click()
  await expectConnected(ada)
  await expect.poll(() => ben.read(conversationId)).toEqual(['Hello', 'Only for you'])
  for (const text of ['Hello', 'Only for you']) {
    expect((await ben.findMessage(conversationId, text)).authorId).toBe(ada.userId)
  }
})
