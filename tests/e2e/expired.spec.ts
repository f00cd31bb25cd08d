import { connectionLine, expectConnected, expectOffline, leaveNetwork } from './support/connection.ts'
import { composer, expectMessages, expectSent, expectWaiting, open, openDirect, send } from './support/conversing.ts'
import { signIn } from './support/entering.ts'
import type { Device } from './support/device.ts'
import type { Person, Screen, Student } from './support/person.ts'
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

const sheet = ({ page }: Screen) => page.getByRole('dialog', { name: 'Sign in again' })

async function signInAgain(screen: Screen, password: string): Promise<void> {
  await sheet(screen).getByLabel('Password').fill(password)
  await sheet(screen).getByRole('button', { name: 'Sign in' }).click()
}

async function loseSignInWithTwoWaiting(ada: Person, other: Device): Promise<void> {
  await leaveNetwork(ada)
  await send(ada, 'No signal in here')
  await send(ada, 'Save me a seat')
  await composer(ada).fill('I am almost')
  await expectOffline(ada, '2 messages')
  await endOtherSession(other, ada)
  await ada.device.goOnline()
  await expect(sheet(ada)).toBeVisible({ timeout: 30_000 })
}

test('a sign-in that ended while offline is asked for on top of what is there, and the messages arrive once', async ({
  campus,
}) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await openDirect(ada, 'Ben')
  await send(ada, 'Hello')
  await open(ben, 'Ada')
  await loseSignInWithTwoWaiting(ada, await campus.openDevice())

  await expect(sheet(ada)).toContainText('Nothing on this device is lost.')
  await expect(sheet(ada)).toContainText('Still to be sent: 2 messages.')
  await signInAgain(ada, 'not her password')
  await expect(sheet(ada).getByRole('alert')).toHaveText('The handle or the password is wrong.')
  await signInAgain(ada, ada.password)
  await expect(sheet(ada)).toBeHidden()
  await expectConnected(ada)
  await expect(composer(ada)).toHaveValue('I am almost')
  await expectMessages(ada, ['Hello', 'No signal in here', 'Save me a seat'])
  await expectSent(ada, 'Save me a seat')
  await expectMessages(ben, ['Hello', 'No signal in here', 'Save me a seat'])
})

test('without signing in again one reads and writes on, and nothing is lost', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await openDirect(ada, 'Ben')
  await send(ada, 'Hello')
  await open(ben, 'Ada')
  await loseSignInWithTwoWaiting(ada, await campus.openDevice())

  await sheet(ada).getByRole('button', { name: 'Read on without' }).click()
  await expect(sheet(ada)).toBeHidden()
  await expect(connectionLine(ada)).toContainText('Signed out, sign in to send 2 messages')
  await expect(composer(ada)).toHaveValue('I am almost')
  await send(ada, 'I am almost there')
  await ada.page.reload()
  await sheet(ada).getByRole('button', { name: 'Read on without' }).click()
  await expectMessages(ada, ['Hello', 'No signal in here', 'Save me a seat', 'I am almost there'])
  await expectWaiting(ada, 'I am almost there')
  await expectMessages(ben, ['Hello'])

  await connectionLine(ada).getByRole('button', { name: 'Sign in' }).click()
  await signInAgain(ada, ada.password)
  await expectConnected(ada)
  await expectMessages(ben, ['Hello', 'No signal in here', 'Save me a seat', 'I am almost there'])
})

test('signing in again in one tab is enough for all tabs', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await openDirect(ada, 'Ben')
  await send(ada, 'Hello')
  await open(ben, 'Ada')
  const leading = { page: ada.page }
  await ada.device.openTab()
  await open(ada, 'Ben')
  await loseSignInWithTwoWaiting(ada, await campus.openDevice())
  await expect(sheet(leading)).toBeVisible()

  await signInAgain(ada, ada.password)
  for (const screen of [ada, leading]) {
    await expect(sheet(screen)).toBeHidden()
    await expectConnected(screen)
  }
  await expectMessages(ben, ['Hello', 'No signal in here', 'Save me a seat'])
})
