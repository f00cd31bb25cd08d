import { PASSWORD } from './support/campus.ts'
import {
  conversations,
  entry,
  expectLatest,
  expectMessages,
  expectSent,
  open,
  openDirect,
  send,
} from './support/conversing.ts'
import { expectEntrance, register, signIn, trySignIn } from './support/entering.ts'
import { addPeople, createGroup, leaveGroup, openManage, removeFromGroup } from './support/grouping.ts'
import { dumpStorage, holds } from './support/storage.ts'
import { expect, test } from './support/test.ts'

// The experiment of the paper's section 3.3: three people in three browsers, and what each of them gets to see.

/** "In real time": while somebody looks at the screen, on a machine that runs three browsers at once. */
const AT_ONCE = { timeout: 3_000 }

// Somebody who is not signed in is told so, and browsers write every 401 to the console by themselves.
const NOT_SIGNED_IN = /^Failed to load resource: .* 401 .*\/api\/(me|sign-in)\)$/

test.afterEach(({ campus }) => {
  expect(campus.complaints.consoleErrors.filter((error) => !NOT_SIGNED_IN.test(error))).toEqual([])
})

test('a wrong password and an unknown handle are refused in the same words', async ({ campus }) => {
  const ada = await campus.enrol('Ada')
  const device = await campus.openDevice()
  for (const who of [
    { handle: ada.handle, password: 'not her password' },
    { handle: 'nobody', password: PASSWORD },
  ]) {
    await trySignIn(device, who)
    await expect(device.page.getByRole('alert')).toHaveText('The handle or the password is wrong.')
    await expectEntrance(device)
    await device.page.reload()
  }
  const stored = JSON.stringify(await dumpStorage(device))
  expect(stored).not.toContain(ada.handle)
  await signIn(device, ada)
})

test('three people register, and each appears to the others without a reload', async ({ campus }) => {
  const [ada, ben] = [await campus.openDevice(), await campus.openDevice()]
  await register(ada, { name: 'Ada Lovelace', handle: 'ada', password: PASSWORD })
  await ada.page.getByRole('link', { name: 'People', exact: true }).click()
  await expect(ada.page.getByText('You are the first')).toBeVisible()

  await register(ben, { name: 'Ben Aydın', handle: 'ben', password: PASSWORD })
  const people = ada.page.getByRole('list', { name: 'People' }).getByRole('link')
  await expect(people).toContainText(['@ben'], AT_ONCE)

  const cleo = await campus.openDevice()
  await register(cleo, { name: 'Cleo', handle: 'cleo', password: PASSWORD })
  await expect(people).toContainText(['@ben', '@cleo'], AT_ONCE)
})

test('the messages of earlier conversations are there on a device that signs in later', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await openDirect(ada, 'Ben')
  await send(ada, 'Where is the lab?')
  await open(ben, 'Ada')
  await send(ben, 'Downstairs')
  await expectMessages(ada, ['Where is the lab?', 'Downstairs'])

  const later = await campus.openDevice()
  await signIn(later, ada)
  await openDirect(later, 'Ben')
  await expectMessages(later, ['Where is the lab?', 'Downstairs'])
})

test('a direct message reaches its recipient at once, and nobody else', async ({ campus }) => {
  const [ada, ben, cleo] = [await campus.join('Ada'), await campus.join('Ben'), await campus.join('Cleo')]
  await openDirect(ada, 'Ben')
  await send(ada, 'Only for you')
  await expect(entry(ben, 'Ada')).toContainText('Only for you', AT_ONCE)
  await open(ben, 'Ada')
  await send(ben, 'And this for you')
  await expect(ada.page.getByRole('log').getByText('And this for you')).toBeVisible(AT_ONCE)

  // What comes later has come to Cleo: what came before would have.
  await open(ada, 'Everyone')
  await send(ada, 'Good morning')
  await expectLatest(cleo, 'Everyone', 'Good morning')
  await expect(conversations(cleo).getByRole('link')).toHaveCount(1)
  expect(await holds(cleo, 'Only for you')).toBe(false)
  expect(await holds(cleo, 'And this for you')).toBe(false)
})

test('a group message reaches every member at once, and nobody else', async ({ campus }) => {
  const [ada, ben, cleo] = [await campus.join('Ada'), await campus.join('Ben'), await campus.join('Cleo')]
  await campus.enrol('Dan')
  const dan = await campus.openDevice()
  await signIn(dan, { handle: 'dan', password: PASSWORD })
  await createGroup(ada, 'Film club', ['Ben', 'Cleo'])
  await send(ada, 'Tonight at eight')
  for (const member of [ben, cleo]) {
    await expect(entry(member, 'Film club')).toContainText('Ada: Tonight at eight', AT_ONCE)
    await open(member, 'Film club')
    await expectMessages(member, ['Tonight at eight'])
  }
  await send(cleo, 'I bring popcorn')
  for (const member of [ada, ben]) {
    await expect(member.page.getByRole('log').getByText('I bring popcorn')).toBeVisible(AT_ONCE)
  }
  await expectSent(cleo, 'I bring popcorn')

  await open(ada, 'Everyone')
  await send(ada, 'Good morning')
  await expectLatest(dan, 'Everyone', 'Good morning')
  await expect(conversations(dan).getByRole('link')).toHaveCount(1)
  expect(await holds(dan, 'Film club')).toBe(false)
  expect(await holds(dan, 'popcorn')).toBe(false)
})

test('who is added to a group sees what was said before', async ({ campus }) => {
  const [ada, ben, cleo] = [await campus.join('Ada'), await campus.join('Ben'), await campus.join('Cleo')]
  await createGroup(ada, 'Film club', ['Ben'])
  await send(ada, 'Tonight at eight')
  await open(ben, 'Film club')
  await send(ben, 'I bring popcorn')
  await expectMessages(ada, ['Tonight at eight', 'I bring popcorn'])

  await openManage(ada)
  await addPeople(ada, ['Cleo'])
  await expect(entry(cleo, 'Film club')).toBeVisible(AT_ONCE)
  await open(cleo, 'Film club')
  await expectMessages(cleo, ['Tonight at eight', 'I bring popcorn'])
  await send(cleo, 'Hello both')
  await expectMessages(ben, ['Tonight at eight', 'I bring popcorn', 'Hello both'])
})

test('who leaves a group, or is removed, receives nothing more and cannot read on', async ({ campus }) => {
  const [ada, ben, cleo] = [await campus.join('Ada'), await campus.join('Ben'), await campus.join('Cleo')]
  await createGroup(ada, 'Film club', ['Ben', 'Cleo'])
  await send(ada, 'Tonight at eight')
  await open(ben, 'Film club')
  await open(cleo, 'Film club')
  await expectMessages(cleo, ['Tonight at eight'])

  await openManage(ada)
  await removeFromGroup(ada, 'Ben')
  await expect(entry(ben, 'Film club')).toBeHidden(AT_ONCE)
  await expect(ben.page.getByRole('log')).toBeHidden()
  await openManage(cleo)
  await leaveGroup(cleo)
  await expect(entry(cleo, 'Film club')).toBeHidden()

  await open(ada, 'Film club')
  await send(ada, 'Just us now')
  await open(ada, 'Everyone')
  await send(ada, 'Good morning')
  for (const gone of [ben, cleo]) {
    await expectLatest(gone, 'Everyone', 'Good morning')
    expect(await holds(gone, 'Tonight at eight')).toBe(false)
    expect(await holds(gone, 'Just us now')).toBe(false)
  }
})

test('a message to Everyone reaches all', async ({ campus }) => {
  const people = [await campus.join('Ada'), await campus.join('Ben'), await campus.join('Cleo')]
  for (const person of people) await open(person, 'Everyone')
  const said: string[] = []
  for (const person of people) {
    await send(person, `${person.name} says hello`)
    said.push(`${person.name} says hello`)
    for (const reader of people) await expectMessages(reader, said)
  }
})
