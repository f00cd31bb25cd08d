import type { Person } from './support/person.ts'
import type { Campus } from './support/campus.ts'
import * as room from './support/classroom.ts'
import { connectionLine, expectAllSent, expectConnected } from './support/connection.ts'
import { composer, expectMessages, expectSent, message, messages, open, send } from './support/conversing.ts'
import { createClassroom } from './support/desk.ts'
import { fill, free, prepareToFill } from './support/full-device.ts'
import { expect, test } from './support/test.ts'

const FULL = /This device is full: nothing can be stored/
const IN_MEMORY = /lost here when you close this tab/

/** Somebody on a device that a test can fill. */
async function joinFillable(campus: Campus, name: string): Promise<Person> {
  const person = await campus.join(name)
  await prepareToFill(person.device.context)
  await person.page.reload()
  await open(person, 'Everyone')
  await expectConnected(person)
  return person
}

test('a message stays in its field while the device is full, and is sent once', async ({ campus }) => {
  const [ada, ben] = [await joinFillable(campus, 'Ada'), await campus.join('Ben')]
  await open(ben, 'Everyone')
  await fill(ada.page)
  await composer(ada).fill('Written while full')
  await composer(ada).press('Enter')
  await expect(connectionLine(ada)).toContainText(FULL)
  await expect(connectionLine(ada)).toContainText(/Free some space/)
  await expect(composer(ada)).toHaveValue('Written while full')
  await expect(messages(ada)).toHaveCount(0)
  await free(ada.page)
  await expectConnected(ada)
  await composer(ada).press('Enter')
  await expect(composer(ada)).toHaveValue('')
  await expectMessages(ben, ['Written while full'])
  await expectMessages(ada, ['Written while full'])
  await expectAllSent(ada)
})

test('a full device goes on: it shows what is live, sends, and stores it all once there is room', async ({
  campus,
}) => {
  const [ada, ben] = [await joinFillable(campus, 'Ada'), await campus.join('Ben')]
  await open(ben, 'Everyone')
  await send(ada, 'Before')
  await expectMessages(ben, ['Before'])
  await fill(ada.page)
  await send(ben, 'Live')
  await expectMessages(ada, ['Before', 'Live'])
  await expect(connectionLine(ada)).toContainText(IN_MEMORY)
  await send(ada, 'From memory')
  await expectMessages(ben, ['Before', 'Live', 'From memory'])
  await expectSent(ada, 'From memory')

  await ada.page.reload()
  await open(ada, 'Everyone')
  await expectMessages(ada, ['Before', 'Live', 'From memory'])
  await expect(connectionLine(ada)).toContainText(IN_MEMORY)

  await free(ada.page)
  await expectConnected(ada)
  await expectMessages(ada, ['Before', 'Live', 'From memory'])
  await ada.device.goOffline()
  await ada.page.evaluate(() => indexedDB.databases())
  await expectMessages(ada, ['Before', 'Live', 'From memory'])
})

test('with no network either nothing is taken that would be lost', async ({ campus }) => {
  const ada = await joinFillable(campus, 'Ada')
  await fill(ada.page)
  await ada.device.goOffline()
  await expect(connectionLine(ada)).toContainText(FULL, { timeout: 60_000 })
  await composer(ada).fill('Nowhere to go')
  await composer(ada).press('Enter')
  await expect(connectionLine(ada)).toContainText(FULL)
  await expect(connectionLine(ada)).toContainText(/not stored and not sent/)
  await expect(composer(ada)).toHaveValue('Nowhere to go')
  await expect(messages(ada)).toHaveCount(0)
  await ada.device.goOnline()
  await free(ada.page)
  await expectConnected(ada)
  await composer(ada).press('Enter')
  await expectSent(ada, 'Nowhere to go')
  await expect(messages(ada)).toHaveCount(1)
})

test('an edit stays in its field while the device is full', async ({ campus }) => {
  const ada = await joinFillable(campus, 'Ada')
  await send(ada, 'One')
  await expectSent(ada, 'One')
  await composer(ada).press('ArrowUp')
  await expect(composer(ada)).toHaveValue('One')
  await composer(ada).fill('One and a half')
  await fill(ada.page)
  await composer(ada).press('Enter')
  await expect(connectionLine(ada)).toContainText(FULL)
  await expect(composer(ada)).toHaveValue('One and a half')
  await free(ada.page)
  await expectConnected(ada)
  await composer(ada).press('Enter')
  await expect(message(ada, 'One and a half')).toContainText('edited')
})

test('a question that cannot be stored is not called asked, and is asked once', async ({ campus }) => {
  const teacher = await campus.join('Dr Keller', { viewport: { width: 1280, height: 800 } })
  const { path } = await createClassroom(teacher, { title: 'Analysis I' })
  const student = await campus.openDevice()
  await prepareToFill(student.context)
  await room.openRoom(student, path)
  await expectConnected(student)
  // With a network what is asked would go out from memory, once the tab has found that nothing can be stored.
  await student.goOffline()
  await fill(student.page)
  await room.askingField(student).fill('Is there room?')
  await student.page.getByRole('region', { name: 'Ask' }).getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(connectionLine(student)).toContainText(FULL)
  await expect(room.askingField(student)).toHaveValue('Is there room?')
  await expect(student.page.getByText('Asked.')).toHaveCount(0)
  await student.goOnline()
  await expect(connectionLine(student)).toContainText(IN_MEMORY)
  await expect(student.page.getByText(/devices are here|only device here/).first()).toBeVisible()
  await free(student.page)
  await expectConnected(student)
  await room.ask(student, 'Is there room?')
  await room.expectBecame(student, 'Is there room?', 'Shown')
})

test('a device whose database was taken away has it all again, without a reload', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  for (const person of [ada, ben]) await open(person, 'Everyone')
  await send(ada, 'One')
  await expectMessages(ben, ['One'])
  const client = await ada.device.context.newCDPSession(ada.page)
  await client.send('Storage.clearDataForOrigin', { origin: new URL(ada.device.url).origin, storageTypes: 'indexeddb' })
  await send(ben, 'Two')
  await expectMessages(ada, ['One', 'Two'])
  await expectConnected(ada)
})
