import { connectionLine, expectConnected, expectOffline, leaveNetwork } from './support/connection.ts'
import { composer, expectMessages, expectSent, expectWaiting, open, send } from './support/conversing.ts'
import { signIn, signInAgain, signInSheet } from './support/entering.ts'
import type { Device } from './support/device.ts'
import type { Student } from './support/person.ts'
import { expect, test } from './support/test.ts'

// A sign-in that ended while the device was out of reach: everything stays, and goes on after signing in again.

async function endOtherSession(other: Device, student: Student): Promise<void> {
  await signIn(other, student)
  await other.page.getByRole('link', { name: 'Settings' }).click()
  const devices = other.page.getByRole('region', { name: 'Where you are signed in' })
  await expect(devices.getByRole('listitem')).toHaveCount(2)
  await devices.getByRole('button', { name: /^Sign out / }).click()
  await expect(devices.getByRole('listitem')).toHaveCount(1)
}

test('a sign-in that ended while offline is asked for on top of what is there, and what waits arrives once', async ({
  campus,
}) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.enrol('Ben')]
  const conversationId = await ben.beginDirect(ada)
  await ben.send(conversationId, 'Hello')
  const leading = { page: ada.page }
  await ada.device.openTab()
  await open(ada, 'Ben')

  await test.step('it is asked for in every tab, with all that waits, but not over what one is typing', async () => {
    await leaveNetwork(ada)
    await send(ada, 'No signal in here')
    await send(ada, 'Save me a seat')
    await composer(ada).fill('I am almost')
    await expectOffline(ada, '2 messages')
    await endOtherSession(await campus.openDevice(), ada)
    await ada.device.goOnline()
    await expect(signInSheet(leading)).toBeVisible()
    await expect(connectionLine(ada)).toContainText('Signed out, sign in to send 2 messages')
    await expect(signInSheet(ada)).toBeHidden()
    await expect(composer(ada)).toHaveValue('I am almost')
    await connectionLine(ada).getByRole('button', { name: 'Sign in' }).click()
    await expect(signInSheet(ada)).toContainText('Nothing on this device is lost.')
    await expect(signInSheet(ada)).toContainText('Still to be sent: 2 messages.')
  })

  await test.step('without signing in again one reads and writes on, and nothing is lost', async () => {
    await signInSheet(ada).getByRole('button', { name: 'Read on without' }).click()
    await expect(signInSheet(ada)).toBeHidden()
    await expect(connectionLine(ada)).toContainText('Signed out, sign in to send 2 messages')
    await expect(composer(ada)).toHaveValue('I am almost')
    await send(ada, 'I am almost there')
    await ada.page.reload()
    await signInSheet(ada).getByRole('button', { name: 'Read on without' }).click()
    await expectMessages(ada, ['Hello', 'No signal in here', 'Save me a seat', 'I am almost there'])
    await expectWaiting(ada, 'I am almost there')
    expect(await ben.read(conversationId)).toEqual(['Hello'])
  })

  await test.step('in one tab it is enough for all tabs, and the messages arrive once', async () => {
    await composer(ada).fill('Half a')
    await connectionLine(ada).getByRole('button', { name: 'Sign in' }).click()
    await signInAgain(ada, 'not her password')
    await expect(signInSheet(ada).getByRole('alert')).toHaveText('The handle or the password is wrong.')
    await signInAgain(ada, ada.password)
    for (const screen of [ada, leading]) {
      await expect(signInSheet(screen)).toBeHidden()
      await expectConnected(screen)
    }
    await expect(composer(ada)).toHaveValue('Half a')
    const all = ['Hello', 'No signal in here', 'Save me a seat', 'I am almost there']
    await expectMessages(ada, all)
    await expectSent(ada, 'I am almost there')
    await expect.poll(() => ben.read(conversationId)).toEqual(all)
  })
})
