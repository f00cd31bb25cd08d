import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import {
  connectionLine,
  expectAllSent,
  expectConnected,
  expectOffline,
  waitUntilInstalled,
} from './support/connection.ts'
import {
  composer,
  expectLatest,
  expectMessages,
  expectSent,
  expectWaiting,
  message,
  open,
  send,
} from './support/conversing.ts'
import { createGroup } from './support/grouping.ts'
import { openConversationId } from './support/storage.ts'
import { expect, test } from './support/test.ts'

// The same experiment with the network cut: what is written without a signal arrives once, in order.

const LECTURE = ['Look at **this**:', '', '```sql', 'SELECT 1 AS one', '```', '', 'and $e^{i\\pi} = -1$'].join('\n')

test('what was written offline survives the browser being killed, and arrives once, in order', async ({ campus }) => {
  test.slow()
  const [ben, cleo] = [await campus.enrol('Ben'), await campus.enrol('Cleo')]
  const ada = await campus.joinLasting('Ada')
  const direct = await ben.beginDirect(ada)
  await ben.send(direct, 'Where is the lab?', 'Downstairs')
  const club = await ben.beginGroup('Film club', [ada, cleo])
  await ben.send(club, 'Tonight at eight')
  await ben.send(EVERYONE_ID, 'Good morning')
  await expectLatest(ada, 'Everyone', 'Good morning')
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
    await open(ada, 'Film club')
    await send(ada, 'Start without me')
    await expectOffline(ada, '4 messages')
  })

  await test.step('Markdown, code and formulas, drawn though none was seen before', async () => {
    await open(ada, 'Everyone')
    await composer(ada).fill(LECTURE)
    await composer(ada).press('Enter')
    const said = message(ada, 'Look at')
    await expect(said.locator('strong')).toHaveText('this')
    await expect(said.locator('.katex').first()).toBeVisible()
    await expect(said.locator('pre')).toContainText('SELECT 1 AS one')
    await expect(said.locator('pre span').first()).toHaveText('SELECT')
    await expectOffline(ada, '5 messages')
  })

  await test.step('a new group', async () => {
    await createGroup(ada, 'Lab partners', ['Cleo'])
    await send(ada, 'Shall we share a bench?')
    await expectWaiting(ada, 'Shall we share a bench?')
    await expectOffline(ada, '6 messages and 1 change')
  })
  const lab = openConversationId(ada)

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
      'Start without me',
      'Look at',
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

  await test.step('what waits is changed before it goes out', async () => {
    await composer(ada).press('ArrowUp')
    await composer(ada).fill('Save us a seat')
    await composer(ada).press('Enter')
    await expect(message(ada, 'Save us a seat')).toContainText('edited')
    await expectLatest(ada, 'Ben', 'Save us a seat')
  })

  await test.step('the network is back, and with it what others said meanwhile', async () => {
    await ben.send(direct, 'Where are you?')
    await ada.device.goOnline()
    await expectConnected(ada)
    await expectSent(ada, 'Save us a seat')
    const said = ['Where is the lab?', 'Downstairs', 'Where are you?', 'No signal in here', 'Save us a seat']
    await expectMessages(ada, said)
    await expectLatest(ada, 'Ben', 'Save us a seat')
    expect(await ben.read(direct)).toEqual(said)
    await open(ada, 'Film club')
    await expectMessages(ada, ['Tonight at eight', 'I am late', 'Start without me'])
    for (const member of [ben, cleo]) {
      expect(await member.read(club)).toEqual(['Tonight at eight', 'I am late', 'Start without me'])
      expect(await member.read(EVERYONE_ID)).toEqual(['Good morning', LECTURE])
    }
    await open(ada, 'Everyone')
    await expectMessages(ada, ['Good morning', 'Look at'])
    await open(ada, 'Lab partners')
    await expectMessages(ada, ['Shall we share a bench?'])
    expect(await cleo.read(lab)).toEqual(['Shall we share a bench?'])
    await ada.page.goto('/unsent')
    await expect(ada.page.getByRole('heading', { name: 'Everything has arrived' })).toBeVisible()
    await expectAllSent(ada)
  })
})
