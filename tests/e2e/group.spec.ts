import { addMembers, leaveGroup as toLeave, removeMember, renameGroup } from '../support/campus.ts'
import { expectAllSent, expectConnected, leaveNetwork } from './support/connection.ts'
import { composer, entry, expectMessages, expectSent, open, openDirect, people, send } from './support/conversing.ts'
import {
  addPeople,
  createGroup,
  expectMembers,
  handOver,
  leaveGroup,
  openManage,
  removeFromGroup,
  rename,
} from './support/grouping.ts'
import { openConversationId } from './support/storage.ts'
import { expect, test } from './support/test.ts'

test('who leads a group renames it, adds, removes and hands it over, the others cannot; and who comes back sees all', async ({
  campus,
}) => {
  const [ben, cleo] = [await campus.enrol('Ben'), await campus.enrol('Cleo')]
  const ada = await campus.join('Ada')

  await test.step('who leads renames it, adds, removes and hands it over', async () => {
    await createGroup(ada, 'Film club', ['Ben'])
    await openManage(ada)
    await rename(ada, 'Cinema')
    await expect(entry(ada, 'Cinema')).toBeVisible()
    await addPeople(ada, ['Cleo'])
    await expectMembers(ada, ['Ada', 'Ben', 'Cleo'])
    await removeFromGroup(ada, 'Cleo')
    await expectMembers(ada, ['Ada', 'Ben'])
    await handOver(ada, 'Ben')
    await expectMembers(ada, [/Ben.*Leads/, 'Ada (you)'])
    await expectAllSent(ada)
  })
  const cinema = openConversationId(ada)

  await test.step('the others cannot, and see at once what who leads has done', async () => {
    for (const name of ['Rename', 'Add people', 'Options for Ben']) {
      await expect(ada.page.getByRole('button', { name })).toBeHidden()
    }
    await ben.submit(renameGroup(cinema, 'Ben’s cinema'), addMembers(cinema, cleo.userId))
    await expect(entry(ada, 'Ben’s cinema')).toBeVisible()
    await expectMembers(ada, [/Ben.*Leads/, 'Ada (you)', 'Cleo'])
  })

  await test.step('when who leads leaves, whoever has been there longest leads', async () => {
    await ben.submit(toLeave(cinema))
    await expectMembers(ada, [/Ada \(you\)\s+Leads/, 'Cleo'])
    await rename(ada, 'Our cinema')
    await expect(entry(ada, 'Our cinema')).toBeVisible()
    await ada.page.getByRole('button', { name: 'Leave group' }).click()
    const leaving = ada.page.getByRole('dialog', { name: 'Leave this group?' })
    await expect(leaving).toContainText('everything said in it goes from this device and your other ones')
    const [copy] = await Promise.all([
      ada.page.waitForEvent('download'),
      leaving.getByRole('button', { name: 'Save a copy' }).click(),
    ])
    expect(copy.suggestedFilename()).toBe('our-cinema.txt')
    await leaving.getByRole('button', { name: 'Cancel' }).click()
    await leaveGroup(ada)
    await expect(entry(ada, 'Our cinema')).toBeHidden()
    await expectAllSent(ada)
  })

  await test.step('who was removed and is added again sees all that was said', async () => {
    const club = await ben.beginGroup('Book club', [ada])
    await ben.send(club, 'Before')
    await open(ada, 'Book club')
    await expectMessages(ada, ['Before'])
    await composer(ada).fill('Half a thought')
    await ben.submit(removeMember(club, ada.userId))
    await expect(entry(ada, 'Book club')).toBeHidden()
    await expect(composer(ada)).toBeHidden()
    const main = ada.page.getByRole('main')
    await expect(main).toContainText(/Ben.? removed you from .?Book club.? · \d/)
    await expect(ada.page.getByRole('link', { name: /Ben.? removed you from .?Book club/ })).toBeVisible()
    await ada.page.reload()
    await expect(main).toContainText('Half a thought')
    await main.getByRole('button', { name: 'Discard all and take off the list' }).click()
    const asked = ada.page.getByRole('dialog', { name: 'Discard what you wrote?' })
    await asked.getByRole('button', { name: 'Keep it' }).click()
    await expect(main).toContainText('Half a thought')
    await main.getByRole('button', { name: 'Send elsewhere' }).click()
    const sending = ada.page.getByRole('dialog', { name: 'Send to' })
    await sending.getByRole('checkbox', { name: 'Cleo' }).check()
    await sending.getByRole('button', { name: 'Send' }).click()
    await expect(main).not.toContainText('Half a thought')
    await expect(entry(ada, 'Cleo')).toContainText('Half a thought')
    const entries = await ada.page.evaluate(() => history.length)
    await main.getByRole('button', { name: 'Take off the list' }).click()
    await expect(ada.page.getByRole('link', { name: /Ben.? removed you from .?Book club/ })).toBeHidden()
    await expect(ada.page).toHaveURL(/\/$/)
    expect(await ada.page.evaluate(() => history.length)).toBe(entries)
    await ben.send(club, 'Meanwhile')
    await ben.submit(addMembers(club, ada.userId))
    await expect(entry(ada, 'Book club')).toBeVisible()
    await open(ada, 'Book club')
    await expectMessages(ada, ['Before', 'Meanwhile'])
  })
})

test('two people who begin their conversation at once, one offline, find themselves in the same one', async ({
  campus,
}) => {
  const ben = await campus.enrol('Ben')
  const ada = await campus.join('Ada')
  await open(ada, 'Everyone')
  await ada.page.getByRole('link', { name: 'People', exact: true }).click()
  await expect(people(ada)).toContainText(['@ben'])
  await leaveNetwork(ada)
  await openDirect(ada, 'Ben')
  await send(ada, 'I am Ada')
  const direct = await ben.beginDirect(ada)
  await ben.send(direct, 'I am Ben')
  await ada.device.goOnline()
  await expectConnected(ada)
  await expectMessages(ada, ['I am Ben', 'I am Ada'])
  await expectSent(ada, 'I am Ada')
  await expect(entry(ada, 'Ben')).toHaveCount(1)
  expect(openConversationId(ada)).toBe(direct)
  expect(await ben.read(direct)).toEqual(['I am Ben', 'I am Ada'])
})
