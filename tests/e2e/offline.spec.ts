import {
  expectLatest,
  expectMessages,
  expectSent,
  expectWaiting,
  message,
  open,
  openDirect,
  send,
} from './support/conversing.ts'
import {
  connectionLine,
  expectAllSent,
  expectConnected,
  expectOffline,
  leaveNetwork,
  waitUntilInstalled,
} from './support/connection.ts'
import { createGroup } from './support/grouping.ts'
import { expect, test } from './support/test.ts'

// The same experiment with the network cut: what is written without a signal arrives once, in order.

test('what was written offline survives the browser being killed, and arrives once, in order', async ({ campus }) => {
  test.slow()
  const [ada, ben, cleo] = [await campus.joinLasting('Ada'), await campus.join('Ben'), await campus.join('Cleo')]
  await openDirect(ada, 'Ben')
  await send(ada, 'Where is the lab?')
  await open(ben, 'Ada')
  await send(ben, 'Downstairs')
  await createGroup(ada, 'Film club', ['Ben', 'Cleo'])
  await send(ada, 'Tonight at eight')
  await open(ada, 'Everyone')
  await send(ada, 'Good morning')
  await expectConnected(ada)
  await waitUntilInstalled(ada)

  await test.step('a cold start with no network', async () => {
    await ada.device.goOffline()
    await ada.device.quit()
    await ada.device.start()
    await ada.device.openTab()
    await expectOffline(ada, null)
    await open(ada, 'Ben')
    await expectMessages(ada, ['Where is the lab?', 'Downstairs'])
    await open(ada, 'Film club')
    await expectMessages(ada, ['Tonight at eight'])
    await open(ada, 'Everyone')
    await expectMessages(ada, ['Good morning'])
  })

  await test.step('people are found', async () => {
    await ada.page.getByRole('link', { name: 'People', exact: true }).click()
    const people = ada.page.getByRole('list', { name: 'People' }).getByRole('link')
    await expect(people).toContainText(['@ben', '@cleo'])
    await ada.page.getByRole('searchbox', { name: 'Search people' }).fill('cl')
    await expect(people).toContainText(['@cleo'])
  })

  await test.step('five messages in three conversations', async () => {
    await open(ada, 'Ben')
    await send(ada, 'No signal in here')
    await expectWaiting(ada, 'No signal in here')
    await expectOffline(ada, '1 message')
    await open(ada, 'Film club')
    await send(ada, 'I am late')
    await open(ada, 'Ben')
    await send(ada, 'Save me a seat')
    await open(ada, 'Everyone')
    await send(ada, 'Is the Wi-Fi down?')
    await open(ada, 'Film club')
    await send(ada, 'Start without me')
    await expectOffline(ada, '5 messages')
  })

  await test.step('a new group', async () => {
    await createGroup(ada, 'Lab partners', ['Cleo'])
    await send(ada, 'Shall we share a bench?')
    await expectWaiting(ada, 'Shall we share a bench?')
    await expectOffline(ada, '6 messages and 1 change')
  })

  await test.step('the browser is killed, and started again with no network', async () => {
    await ada.device.kill()
    await ada.device.start()
    await ada.device.openTab()
    await expectOffline(ada, '6 messages and 1 change')
    await expect(connectionLine(ada).getByRole('link')).toBeVisible()
    await connectionLine(ada).getByRole('link').click()
    await expect(ada.page.getByRole('region', { name: 'Waiting' }).getByRole('article')).toContainText([
      'No signal in here',
      'I am late',
      'Save me a seat',
      'Is the Wi-Fi down?',
      'Start without me',
      'New group “Lab partners”',
      'Shall we share a bench?',
    ])
    await open(ada, 'Lab partners')
    await expectMessages(ada, ['Shall we share a bench?'])
    await open(ada, 'Ben')
    await expectMessages(ada, ['Where is the lab?', 'Downstairs', 'No signal in here', 'Save me a seat'])
    await expectWaiting(ada, 'No signal in here')
    await expectWaiting(ada, 'Save me a seat')
  })

  await test.step('the network is back', async () => {
    await ada.device.goOnline()
    await expectConnected(ada)
    await expectSent(ada, 'Save me a seat')
    await expectMessages(ben, ['Where is the lab?', 'Downstairs', 'No signal in here', 'Save me a seat'])
    for (const member of [ada, ben, cleo]) {
      await open(member, 'Film club')
      await expectMessages(member, ['Tonight at eight', 'I am late', 'Start without me'])
      await open(member, 'Everyone')
      await expectMessages(member, ['Good morning', 'Is the Wi-Fi down?'])
    }
    for (const member of [ada, cleo]) {
      await open(member, 'Lab partners')
      await expectMessages(member, ['Shall we share a bench?'])
    }
    await ada.page.goto('/unsent')
    await expect(ada.page.getByRole('heading', { name: 'Everything has arrived' })).toBeVisible()
    await expectAllSent(ada)
  })
})

test('what others said meanwhile is there when the network is back', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await openDirect(ada, 'Ben')
  await send(ada, 'Are you there?')
  await open(ben, 'Ada')
  await leaveNetwork(ada)
  await send(ben, 'Yes')
  await send(ben, 'Where are you?')
  await send(ada, 'In the lift')
  await expectOffline(ada, '1 message')

  await ada.device.goOnline()
  await expectConnected(ada)
  for (const person of [ada, ben]) {
    await expectMessages(person, ['Are you there?', 'Yes', 'Where are you?', 'In the lift'])
  }
})

test('a message written offline can be changed and deleted before it goes out', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  await openDirect(ada, 'Ben')
  await send(ada, 'Hello')
  await expectSent(ada, 'Hello')
  await open(ben, 'Ada')
  await leaveNetwork(ada)
  await send(ada, 'I am lost')
  await send(ada, 'Where is the laab?')
  await send(ada, 'Never mind')
  await ada.page.getByRole('textbox', { name: 'Message', exact: true }).press('ArrowUp')
  await ada.page.getByRole('textbox', { name: 'Message', exact: true }).fill('Found it')
  await ada.page.keyboard.press('Enter')
  await expect(message(ada, 'Found it')).toContainText('edited')
  await ada.device.goOnline()
  await expectConnected(ada)
  await expectMessages(ben, ['Hello', 'I am lost', 'Where is the laab?', 'Found it'])
  await expectLatest(ben, 'Ada', 'Found it')
})
