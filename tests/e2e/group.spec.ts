import { composer, entry, expectMessages, expectOpen, open, send } from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
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
import { expect, test } from './support/test.ts'

test('who leads a group renames it, adds, removes and hands it over; the others cannot', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await campus.enrol('Cleo')
  await createGroup(ada, 'Film club', ['Ben'])
  await open(ben, 'Film club')
  await openManage(ben)
  await expectMembers(ben, [/Ada\s+Leads/, 'Ben (you)'])
  for (const name of ['Rename', 'Add people', 'Options for Ada']) {
    await expect(ben.page.getByRole('button', { name })).toBeHidden()
  }

  await openManage(ada)
  await rename(ada, 'Cinema')
  await expect(entry(ben, 'Cinema')).toBeVisible()
  await addPeople(ada, ['Cleo'])
  for (const person of [ada, ben]) await expectMembers(person, ['Ada', 'Ben', 'Cleo'])
  await removeFromGroup(ada, 'Cleo')
  for (const person of [ada, ben]) await expectMembers(person, ['Ada', 'Ben'])
  await handOver(ada, 'Ben')
  await expectMembers(ben, [/Ben \(you\)\s+Leads/, 'Ada'])
  await expect(ada.page.getByRole('button', { name: 'Add people' })).toBeHidden()
  await rename(ben, 'Ben’s cinema')
  await expect(entry(ada, 'Ben’s cinema')).toBeVisible()
})

test('when who leads leaves, whoever has been there longest leads', async ({ campus }) => {
  const [ada, cleo] = [await campus.join('Ada'), await campus.join('Cleo')]
  await campus.enrol('Ben')
  await createGroup(ada, 'Film club', ['Cleo'])
  await openManage(ada)
  await addPeople(ada, ['Ben'])
  await open(cleo, 'Film club')
  await openManage(cleo)
  await expectMembers(cleo, ['Ada', 'Ben', 'Cleo'])
  await leaveGroup(ada)
  await expect(entry(ada, 'Film club')).toBeHidden()
  await expectMembers(cleo, [/Cleo \(you\)\s+Leads/, 'Ben'])
  await rename(cleo, 'Our film club')
  await expect(entry(cleo, 'Our film club')).toBeVisible()
})

test('who was removed and is added again sees all that was said', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await createGroup(ada, 'Film club', ['Ben'])
  await send(ada, 'Before')
  await open(ben, 'Film club')
  await openManage(ada)
  await removeFromGroup(ada, 'Ben')
  await expect(entry(ben, 'Film club')).toBeHidden()
  await expect(composer(ben)).toBeHidden()
  await ada.page.getByRole('link', { name: 'Back' }).click()
  await send(ada, 'Meanwhile')
  await openManage(ada)
  await addPeople(ada, ['Ben'])
  await expect(entry(ben, 'Film club')).toBeVisible()
  await open(ben, 'Film club')
  await expectMessages(ben, ['Before', 'Meanwhile'])
})

test('two people who begin their conversation at once, offline, find themselves in the same one', async ({
  campus,
}) => {
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.join('Ben', INSTALLED)]
  for (const [person, other] of [
    [ada, ben],
    [ben, ada],
  ] as const) {
    await person.device.goOffline()
    await person.page.getByRole('link', { name: 'People', exact: true }).click()
    await person.page.getByRole('list', { name: 'People' }).getByText(other.name, { exact: true }).click()
    await expectOpen(person, other.name)
    await send(person, `I am ${person.name}`)
  }
  await ada.device.goOnline()
  await expect(ada.page.getByRole('article')).not.toContainText('Waiting', { timeout: 30_000 })
  await ben.device.goOnline()
  for (const person of [ada, ben]) {
    await expect(person.page.getByRole('article')).toHaveCount(2, { timeout: 30_000 })
    await expectMessages(person, ['I am Ada', 'I am Ben'])
    await expect(entry(person, person === ada ? 'Ben' : 'Ada')).toHaveCount(1)
  }
})
