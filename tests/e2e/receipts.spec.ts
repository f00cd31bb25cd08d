import { chooseFromMenu, expectMessages, expectReceipt, open, openDirect, send } from './support/conversing.ts'
import { expectConnected, leaveNetwork } from './support/connection.ts'
import { createGroup } from './support/grouping.ts'
import { setPreference } from './support/preferring.ts'
import { expect, test } from './support/test.ts'

test('a message waits, is on the server, on their device, and seen; and never says more than is known', async ({
  campus,
}) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await openDirect(ada, 'Ben')
  await leaveNetwork(ben)
  await leaveNetwork(ada)
  await send(ada, 'Are you there?')
  await expectReceipt(ada, 'Are you there?', 'Waiting')
  await ada.device.goOnline()
  await expectReceipt(ada, 'Are you there?', 'Sent')
  await ben.device.goOnline()
  await expectReceipt(ada, 'Are you there?', 'Delivered')
  await open(ben, 'Ada')
  await expectReceipt(ada, 'Are you there?', 'Seen')

  await chooseFromMenu(ada, 'Are you there?', 'Info')
  const info = ada.page.getByRole('dialog', { name: 'Message info' })
  await expect(info.getByRole('region', { name: 'Seen' }).getByRole('listitem')).toContainText([/Ben.*\d{1,2}:\d\d/])
})

test('whoever tells nobody what they have seen is not told what others have seen', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await setPreference(ben, 'seen', false)
  await openDirect(ada, 'Ben')
  await send(ada, 'Did you get this?')
  await open(ben, 'Ada')
  await expectMessages(ben, ['Did you get this?'])
  await send(ben, 'I did')
  await expectMessages(ada, ['Did you get this?', 'I did'])
  await expectReceipt(ada, 'Did you get this?', 'Delivered')
  await expectReceipt(ben, 'I did', 'Delivered')
  await chooseFromMenu(ben, 'I did', 'Info')
  await expect(ben.page.getByRole('dialog')).toContainText('You let nobody know what you have seen')
})

test('a group tells who has seen a message, who has it, and who has not', async ({ campus }) => {
  const [ada, ben, cleo] = [await campus.join('Ada'), await campus.join('Ben'), await campus.join('Cleo')]
  await campus.enrol('Dora')
  await createGroup(ada, 'Film club', ['Ben', 'Cleo', 'Dora'])
  await send(ada, 'Tonight at eight')
  await open(ben, 'Film club')
  await expectConnected(cleo)
  await expectMessages(ben, ['Tonight at eight'])
  await chooseFromMenu(ada, 'Tonight at eight', 'Info')
  const people = (heading: string) =>
    ada.page.getByRole('dialog').getByRole('region', { name: heading, exact: true }).getByRole('listitem')
  await expect(people('Seen')).toContainText(['Ben'])
  await expect(people('On their device')).toContainText(['Cleo'])
  await expect(people('Not yet')).toContainText(['Dora'])
  await ada.page.keyboard.press('Escape')
  await expectReceipt(ada, 'Tonight at eight', 'Sent')
})

test('in Everyone one asks how many have seen a message', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  for (const person of [ada, ben]) await open(person, 'Everyone')
  await send(ada, 'Good morning')
  await expectMessages(ben, ['Good morning'])
  await expect(async () => {
    await chooseFromMenu(ada, 'Good morning', 'Info')
    await expect(ada.page.getByRole('dialog')).toContainText(/Seen by \d/)
    const words = await ada.page.getByRole('dialog').getByRole('status').textContent()
    await ada.page.keyboard.press('Escape')
    expect(words).toBe('Seen by 1 other')
  }).toPass()
  await leaveNetwork(ada)
  await chooseFromMenu(ada, 'Good morning', 'Info')
  await expect(ada.page.getByRole('dialog')).toContainText('known when there is a network')
})
