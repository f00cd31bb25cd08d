import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { read, receive, setPreference as choose } from '../support/campus.ts'
import { leaveNetwork } from './support/connection.ts'
import {
  chooseFromMenu,
  entry,
  expectMessages,
  expectReceipt,
  message,
  open,
  openDirect,
  send,
} from './support/conversing.ts'
import { setPreference } from './support/preferring.ts'
import { openConversationId } from './support/storage.ts'
import { expect, test } from './support/test.ts'

// What the devices of the others say by themselves: `tests/client/sync/receipts.test.ts`; here they say it when asked to.

test('a message says how far it has come, and never more than is known', async ({ campus }) => {
  const [ben, cleo, dora] = [await campus.enrol('Ben'), await campus.enrol('Cleo'), await campus.enrol('Dora')]
  const ada = await campus.join('Ada')
  const info = ada.page.getByRole('dialog', { name: 'Message info' })
  const people = (heading: string) => info.getByRole('region', { name: heading, exact: true }).getByRole('listitem')
  await openDirect(ada, 'Ben')

  await test.step('it waits, is on the server, on their device, and seen', async () => {
    await leaveNetwork(ada)
    await send(ada, 'Are you there?')
    await expectReceipt(ada, 'Are you there?', 'Waiting')
    await ada.device.goOnline()
    await expectReceipt(ada, 'Are you there?', 'Sent')
    await expect(entry(ada, 'Ben')).toContainText('Sent')
    const direct = openConversationId(ada)
    await ben.submit(receive(direct, 1))
    await expectReceipt(ada, 'Are you there?', 'Delivered')
    await expect(entry(ada, 'Ben')).toContainText('Delivered')
    await ben.submit(read(direct, 1))
    await expectReceipt(ada, 'Are you there?', 'Seen')
    await expect(entry(ada, 'Ben')).toContainText('Seen')

    await chooseFromMenu(ada, 'Are you there?', 'Info')
    await expect(people('Seen')).toContainText([/Ben.*\d{1,2}:\d\d/])
    await ada.page.keyboard.press('Escape')
  })

  await test.step('in a group it says who has seen it, who has it, and who has not', async () => {
    const club = await cleo.beginGroup('Film club', [ada, ben, dora])
    await open(ada, 'Film club')
    await send(ada, 'Tonight at eight')
    await expectReceipt(ada, 'Tonight at eight', 'Sent')
    await ben.submit(read(club, 1))
    await cleo.submit(receive(club, 1))
    await chooseFromMenu(ada, 'Tonight at eight', 'Info')
    await expect(people('Seen')).toContainText(['Ben'])
    await expect(people('On their device')).toContainText(['Cleo'])
    await expect(people('Not yet')).toContainText(['Dora'])
    await ada.page.keyboard.press('Escape')
    await expectReceipt(ada, 'Tonight at eight', 'Sent')
  })

  await test.step('in Everyone one asks how many have seen it, which needs a network', async () => {
    await open(ada, 'Everyone')
    await send(ada, 'Good morning')
    await expect(message(ada, 'Good morning')).toContainText('Sent')
    await ben.submit(read(EVERYONE_ID, 1))
    await chooseFromMenu(ada, 'Good morning', 'Info')
    await expect(info.getByRole('status')).toHaveText('Seen by 1 other')
    await ada.page.keyboard.press('Escape')
    await leaveNetwork(ada)
    await chooseFromMenu(ada, 'Good morning', 'Info')
    await expect(info).toContainText('known when there is a network')
    await ada.page.keyboard.press('Escape')
    await ada.device.goOnline()
  })

  await test.step('of whoever tells nobody what they have seen nobody is told', async () => {
    const direct = await cleo.beginDirect(ada)
    await cleo.submit(choose({ seen: false }))
    await open(ada, 'Cleo')
    await send(ada, 'Did you get this?')
    await expectReceipt(ada, 'Did you get this?', 'Sent')
    await cleo.submit(read(direct, 1))
    await cleo.send(direct, 'I did')
    await expectMessages(ada, ['Did you get this?', 'I did'])
    await expectReceipt(ada, 'Did you get this?', 'Delivered')
  })

  await test.step('and they are not told what others have seen', async () => {
    await setPreference(ada, 'seen', false)
    await open(ada, 'Ben')
    await send(ada, 'And this?')
    await expectReceipt(ada, 'And this?', 'Sent')
    const direct = openConversationId(ada)
    await ben.submit(read(direct, 2))
    await ben.send(direct, 'I did')
    await expectMessages(ada, ['Are you there?', 'And this?', 'I did'])
    await expectReceipt(ada, 'And this?', 'Delivered')
    await chooseFromMenu(ada, 'And this?', 'Info')
    await expect(info).toContainText('You let nobody know what you have seen')
  })
})
