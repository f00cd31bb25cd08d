import { leaveNetwork } from './support/connection.ts'
import { composer, expectMessages, expectReceipt, open, openDirect, send } from './support/conversing.ts'
import { createGroup } from './support/grouping.ts'
import type { Screen } from './support/person.ts'
import { setPreference } from './support/preferring.ts'
import { expect, test } from './support/test.ts'

/** What stands at the top of the open conversation. */
const top = ({ page }: Screen) => page.getByRole('main').locator('header')

test('one sees who is there and who types, and nothing of it when there is no network', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
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

  // Who leaves is gone as a step of five minutes ends: `tests/server/live/presence.test.ts` shows that.
  await leaveNetwork(ada)
  await expect(top(ada)).toContainText('@ben')
})

test('a group says how many are there, and who types', async ({ campus }) => {
  const [ada, ben, cleo] = [await campus.join('Ada'), await campus.join('Ben'), await campus.join('Cleo')]
  await createGroup(ada, 'Film club', ['Ben', 'Cleo'])
  await expect(top(ada)).toContainText('3 members, 2 here now')
  for (const person of [ben, cleo]) {
    await open(person, 'Film club')
    await composer(person).pressSequentially('I')
  }
  await expect(top(ada)).toContainText('Ben and Cleo are typing …')
})

test('whoever lets nobody know that they are there sees of nobody', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await setPreference(ben, 'presence', false)
  await openDirect(ada, 'Ben')
  await openDirect(ben, 'Ada')
  await expect(top(ada)).toContainText('@ben')
  await expect(top(ben)).toContainText('@ada')
  await composer(ben).pressSequentially('Hm')
  await send(ada, 'Are you there?')
  await expectMessages(ben, ['Are you there?'])
  await expect(top(ada)).not.toContainText('Here now')
})
