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
import { holds, openConversationId } from './support/storage.ts'
import { expect, test } from './support/test.ts'

// The experiment of the paper's section 3.3: three people in three browsers, and what each of them gets to see. "In
// real time" means that it comes to whoever looks at the screen: no page is loaded again.

// Somebody who is not signed in is told so, and browsers write every 401 to the console by themselves.
const NOT_SIGNED_IN = /^Failed to load resource: .* 401 .*\/api\/(me|sign-in)\)$/

test.afterEach(({ campus }) => {
  expect(campus.complaints.consoleErrors.filter((error) => !NOT_SIGNED_IN.test(error))).toEqual([])
})

test('three people register, and what one of them writes reaches whom it is for at once, and nobody else', async ({
  campus,
}) => {
  test.slow()
  const [ada, ben, cleo] = [await campus.openDevice(), await campus.openDevice(), await campus.openDevice()]
  const adaAccount = { name: 'Ada Lovelace', handle: 'ada', password: PASSWORD }

  await test.step('three people register, and each appears to the others without a reload', async () => {
    await register(ada, adaAccount)
    await ada.page.getByRole('link', { name: 'People', exact: true }).click()
    await expect(ada.page.getByText('You are the first')).toBeVisible()
    const people = ada.page.getByRole('list', { name: 'People' }).getByRole('link')
    await register(ben, { name: 'Ben Aydın', handle: 'ben', password: PASSWORD })
    await expect(people).toContainText(['@ben'])
    await register(cleo, { name: 'Cleo', handle: 'cleo', password: PASSWORD })
    await expect(people).toContainText(['@ben', '@cleo'])
  })

  await test.step('a direct message reaches its recipient at once', async () => {
    await openDirect(ada, 'Ben Aydın')
    await send(ada, 'Where is the lab?')
    await expect(entry(ben, 'Ada Lovelace')).toContainText('Where is the lab?')
    await open(ben, 'Ada Lovelace')
    await send(ben, 'Downstairs')
    await expectMessages(ada, ['Where is the lab?', 'Downstairs'])
  })

  await test.step('a message to Everyone reaches all', async () => {
    const said: string[] = []
    for (const [name, reader] of Object.entries({ ada, ben, cleo })) {
      await open(reader, 'Everyone')
      await send(reader, `${name} says hello`)
      said.push(`${name} says hello`)
    }
    for (const reader of [ada, ben, cleo]) await expectMessages(reader, said)
  })

  await test.step('a direct message reaches nobody else', async () => {
    // What came later has come to Cleo: what came before would have.
    await expect(conversations(cleo).getByRole('link')).toHaveCount(1)
    expect(await holds(cleo, 'Where is the lab?')).toBe(false)
    expect(await holds(cleo, 'Downstairs')).toBe(false)
  })

  const later = await campus.openDevice()

  await test.step('a wrong password and an unknown handle are refused in the same words', async () => {
    for (const who of [
      { handle: 'ada', password: 'not her password' },
      { handle: 'nobody', password: PASSWORD },
    ]) {
      await trySignIn(later, who)
      await expect(later.page.getByRole('alert')).toHaveText('The handle or the password is wrong.')
      await expectEntrance(later)
      await later.page.reload()
    }
    expect(await holds(later, 'ada')).toBe(false)
  })

  await test.step('the messages of earlier conversations are there on a device that signs in later', async () => {
    await signIn(later, adaAccount)
    await openDirect(later, 'Ben Aydın')
    await expectMessages(later, ['Where is the lab?', 'Downstairs'])
  })
})

test('a group message reaches every member at once, who joins later too, and nobody who is not in it any more', async ({
  campus,
}) => {
  test.slow()
  const dan = await campus.enrol('Dan')
  const [ada, ben, cleo] = [await campus.join('Ada'), await campus.join('Ben'), await campus.join('Cleo')]

  await test.step('it reaches every member at once', async () => {
    await createGroup(ada, 'Film club', ['Ben', 'Dan'])
    await send(ada, 'Tonight at eight')
    await expect(entry(ben, 'Film club')).toContainText('Ada: Tonight at eight')
    await open(ben, 'Film club')
    await send(ben, 'I bring popcorn')
    await expectSent(ben, 'I bring popcorn')
    for (const member of [ada, ben]) await expectMessages(member, ['Tonight at eight', 'I bring popcorn'])
    expect(await dan.read(openConversationId(ada))).toEqual(['Tonight at eight', 'I bring popcorn'])
  })

  await test.step('and nobody else', async () => {
    await open(ada, 'Everyone')
    await send(ada, 'Good morning')
    await expectLatest(cleo, 'Everyone', 'Good morning')
    await expect(conversations(cleo).getByRole('link')).toHaveCount(1)
    expect(await holds(cleo, 'Film club')).toBe(false)
    expect(await holds(cleo, 'popcorn')).toBe(false)
    await open(ada, 'Film club')
  })

  await test.step('who is added to a group sees what was said before', async () => {
    await openManage(ada)
    await addPeople(ada, ['Cleo'])
    await expect(entry(cleo, 'Film club')).toBeVisible()
    await open(cleo, 'Film club')
    await expectMessages(cleo, ['Tonight at eight', 'I bring popcorn'])
    await send(cleo, 'Hello all')
    await open(ada, 'Film club')
    for (const member of [ada, ben]) await expectMessages(member, ['Tonight at eight', 'I bring popcorn', 'Hello all'])
  })

  await test.step('who leaves a group, or is removed, receives nothing more and cannot read on', async () => {
    await openManage(ada)
    await removeFromGroup(ada, 'Ben')
    await expect(entry(ben, 'Film club')).toBeHidden()
    await expect(ben.page.getByRole('log')).toBeHidden()
    await openManage(cleo)
    await leaveGroup(cleo)
    await expect(entry(cleo, 'Film club')).toBeHidden()

    await open(ada, 'Film club')
    await send(ada, 'Just us now')
    await open(ada, 'Everyone')
    await send(ada, 'Good night')
    for (const gone of [ben, cleo]) {
      await expectLatest(gone, 'Everyone', 'Good night')
      expect(await holds(gone, 'Tonight at eight')).toBe(false)
      expect(await holds(gone, 'Just us now')).toBe(false)
    }
  })
})
