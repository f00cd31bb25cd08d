import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { expectAccessibleAtAnyWidth } from './support/axe.ts'
import { expectConnected, waitUntilInstalled } from './support/connection.ts'
import { composer, expectWaiting, message, open } from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { expectEntrance, signIn, signOut } from './support/entering.ts'
import { drawPhoto, textFile } from './support/files.ts'
import type { Screen } from './support/person.ts'
import { share } from './support/sharing.ts'
import { expect, test } from './support/test.ts'

const shared = ({ page }: Screen) => page.getByRole('region', { name: 'What you share' })
const chosen = ({ page }: Screen) => page.getByRole('group', { name: 'Files to send' })
const choose = ({ page }: Screen, name: string) => page.getByRole('button', { name }).click()
const note = ({ page }: Screen) => page.getByRole('link', { name: /shared with ChatBox/ })

test('what another app shares waits where one chooses and goes when one sends it, with the server there or not', async ({
  campus,
}) => {
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.enrol('Ben')]
  await waitUntilInstalled(ada)
  const photo = { name: 'board.jpg', mimeType: 'image/jpeg', buffer: await drawPhoto(1_200, 900) }

  await test.step('it is shown, and is in the field of the conversation that one chooses', async () => {
    await open(ada, 'Everyone')
    await composer(ada).fill('Look:')
    const screen = {
      page: await share(ada.device, {
        title: 'The board',
        url: 'https://example.org/board',
        files: [photo, textFile('words.txt')],
      }),
    }
    await expect(shared(screen)).toContainText('The board')
    await expect(shared(screen).locator('img')).toHaveCount(1)
    await expect(shared(screen)).toContainText('words.txt')
    await expectAccessibleAtAnyWidth(screen, 'what is shared')
    await choose(screen, 'Everyone')
    await expect(composer(screen)).toHaveValue('Look:\nThe board\nhttps://example.org/board')
    await expect(chosen(screen)).toContainText('2 files')
    expect(await ben.read(EVERYONE_ID)).toEqual([])
    await composer(screen).press('Enter')
    await expect(message(screen, 'The board').getByRole('img')).toBeVisible()
    await expect(note(screen)).toBeHidden()
    await expect.poll(() => ben.read(EVERYONE_ID)).toEqual(['Look:\nThe board\nhttps://example.org/board'])
    const { files } = await ben.findMessage(EVERYONE_ID, 'Look:\nThe board\nhttps://example.org/board')
    expect(files?.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['photo board.jpg', 'document words.txt'])
    await screen.page.close()
  })

  await test.step('no page is open and no server there: it waits through that, and goes to somebody new', async () => {
    for (const page of ada.device.context.pages()) await page.close()
    await ada.device.goOffline()
    await campus.server.stop()
    await (await share(ada.device, { text: 'Lost?', files: [textFile('sheet.txt')] })).close()
    const page = await ada.device.openTab()
    await note({ page }).click()
    await expect(shared({ page })).toContainText('Lost?')
    await page.getByRole('searchbox', { name: 'Search conversations and people' }).fill('ben')
    await choose({ page }, 'Ben')
    await expect(composer({ page })).toHaveValue('Lost?')
    await composer({ page }).press('Enter')
    await expect(message({ page }, 'Lost?')).toContainText('sheet.txt')
    await expectWaiting({ page }, 'Lost?')
    await campus.startServerAgain()
    await ada.device.goOnline()
    await expectConnected({ page })
    const direct = await ben.beginDirect(ada)
    await expect.poll(() => ben.read(direct)).toEqual(['Lost?'])
    expect((await ben.findMessage(direct, 'Lost?')).files?.map(({ name }) => name)).toEqual(['sheet.txt'])
  })

  await test.step('more files than a message has go with two', async () => {
    const names = Array.from({ length: 12 }, (_, index) => textFile(`part-${index + 1}.txt`))
    const screen = { page: await share(ada.device, { files: names }) }
    await expect(screen.page.getByText('A message has up to 10 files: the last 2 stay here')).toBeVisible()
    await choose(screen, 'Everyone')
    await expect(chosen(screen)).toContainText('10 files')
    await note(screen).click()
    await expect(shared(screen)).toContainText('2 files')
    await shared(screen).getByRole('button', { name: 'Discard' }).click()
    await expect(screen.page.getByText('Nothing waits to be shared')).toBeVisible()
    await expect(note(screen)).toBeHidden()
  })
})

test('what is shared while nobody is signed in is offered to who signs in, and to nobody else', async ({ campus }) => {
  const [ada, ben] = [await campus.enrol('Ada'), await campus.enrol('Ben')]
  const device = await campus.openDevice(INSTALLED)
  await expectEntrance(device)
  await waitUntilInstalled(device)
  const screen = { page: await share(device, { text: 'Early', files: [textFile('early.txt')] }) }
  await expect(screen.page.getByText('What you shared is kept here.')).toBeVisible()
  await signIn(screen, ada)
  await expect(shared(screen)).toContainText('Early')
  await expect(shared(screen)).toContainText('early.txt')
  await screen.page.getByRole('link', { name: 'Back' }).click()
  await expect(note(screen)).toBeVisible()
  await signOut(screen)
  await signIn(screen, ben)
  await expectConnected(screen)
  await expect(note(screen)).toBeHidden()
  await screen.page.goto('/share')
  await expect(screen.page.getByText('Nothing waits to be shared')).toBeVisible()
})

test('where no service worker takes it, one is told that it did not come', async ({ campus }) => {
  const ada = await campus.join('Ada')
  const page = await share(ada.device, { text: 'Lost' })
  await expect(page.getByRole('alert')).toContainText('did not reach ChatBox')
})
