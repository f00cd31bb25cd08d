import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import * as room from './support/classroom.ts'
import { connectionLine, expectAllSent, expectConnected } from './support/connection.ts'
import { composer, expectMessages, expectSent, message, messages, open, send } from './support/conversing.ts'
import { createClassroom } from './support/desk.ts'
import { fill, free, prepareToFill } from './support/full-device.ts'
import { holds, readMessages } from './support/storage.ts'
import { expect, test } from './support/test.ts'

const FULL = /This device is full: nothing can be stored/
const IN_MEMORY = /lost here when you close this tab/

test('on a full device nothing is taken that would be lost, what is live goes on, and all is stored once there is room', async ({
  campus,
}) => {
  test.slow()
  const [ada, ben] = [await campus.join('Ada'), await campus.enrol('Ben')]
  await prepareToFill(ada.device.context)
  await ada.page.reload()
  await open(ada, 'Everyone')
  await expectConnected(ada)

  await test.step('a message stays in its field while the device is full, and is sent once', async () => {
    await composer(ada).fill('One')
    // Were its draft still to be stored, the tab would learn from that, and send from memory.
    await expect.poll(() => holds(ada, 'One')).toBe(true)
    await fill(ada.page)
    await composer(ada).press('Enter')
    await expect(connectionLine(ada)).toContainText(FULL)
    await expect(connectionLine(ada)).toContainText(/Free some space/)
    await expect(composer(ada)).toHaveValue('One')
    await expect(messages(ada)).toHaveCount(0)
    await free(ada.page)
    await expectConnected(ada)
    await composer(ada).press('Enter')
    await expect(composer(ada)).toHaveValue('')
    await expectMessages(ada, ['One'])
    await expectAllSent(ada)
    expect(await ben.read(EVERYONE_ID)).toEqual(['One'])
  })

  await test.step('an edit stays in its field while the device is full', async () => {
    await composer(ada).press('ArrowUp')
    await expect(composer(ada)).toHaveValue('One')
    await composer(ada).fill('One and a half')
    await expect.poll(() => holds(ada, 'One and a half')).toBe(true)
    await fill(ada.page)
    await composer(ada).press('Enter')
    await expect(connectionLine(ada)).toContainText(FULL)
    await expect(composer(ada)).toHaveValue('One and a half')
    await free(ada.page)
    await expectConnected(ada)
    await composer(ada).press('Enter')
    await expect(message(ada, 'One and a half')).toContainText('edited')
  })

  await test.step('it shows what is live, sends, also after a reload, and stores it all once there is room', async () => {
    await fill(ada.page)
    await ben.send(EVERYONE_ID, 'Live')
    await expectMessages(ada, ['One and a half', 'Live'])
    await expect(connectionLine(ada)).toContainText(IN_MEMORY)
    await send(ada, 'From memory')
    const all = ['One and a half', 'Live', 'From memory']
    await expect.poll(() => ben.read(EVERYONE_ID)).toEqual(all)
    await expectSent(ada, 'From memory')

    await ada.page.reload()
    await open(ada, 'Everyone')
    await expectMessages(ada, all)
    await expect(connectionLine(ada)).toContainText(IN_MEMORY)

    await free(ada.page)
    await expectConnected(ada)
    await expectMessages(ada, all)
    await ada.device.goOffline()
    await expect.poll(() => readMessages(ada, EVERYONE_ID)).toEqual(all)
    await expectMessages(ada, all)
    await ada.device.goOnline()
    await expectConnected(ada)
  })

  await test.step('with no network either nothing is taken that would be lost', async () => {
    await fill(ada.page)
    await ada.device.goOffline()
    await expect(connectionLine(ada)).toContainText(FULL, { timeout: 60_000 })
    await composer(ada).fill('Nowhere to go')
    await composer(ada).press('Enter')
    await expect(connectionLine(ada)).toContainText(FULL)
    await expect(connectionLine(ada)).toContainText(/not stored and not sent/)
    await expect(composer(ada)).toHaveValue('Nowhere to go')
    await expect(messages(ada)).toHaveCount(3)
    await ada.device.goOnline()
    await free(ada.page)
    await expectConnected(ada)
    await composer(ada).press('Enter')
    await expectSent(ada, 'Nowhere to go')
    await expect(messages(ada)).toHaveCount(4)
  })

  await test.step('when its database is taken away it has it all again, without a reload', async () => {
    await expectAllSent(ada)
    const client = await ada.device.context.newCDPSession(ada.page)
    const { origin } = new URL(ada.device.url)
    await client.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
    await ben.send(EVERYONE_ID, 'Two')
    await expectMessages(ada, ['One and a half', 'Live', 'From memory', 'Nowhere to go', 'Two'])
    await expectConnected(ada)
  })
})

test('a question that cannot be stored is not called asked, and is asked once', async ({ campus }) => {
  const teacher = await campus.join('Dr Keller', { viewport: { width: 1280, height: 800 } })
  const { path } = await createClassroom(teacher, { title: 'Analysis I' })
  const student = await campus.openDevice()
  await prepareToFill(student.context)
  await room.openAsStudent(student, path)
  await expectConnected(student)
  await student.page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/stored')),
  )
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
  await expect(student.page.getByText(/devices are connected|only device connected/).first()).toBeVisible()
  await free(student.page)
  await expectConnected(student)
  await room.ask(student, 'Is there room?')
  await room.expectBecame(student, 'Is there room?', 'Shown')
})
