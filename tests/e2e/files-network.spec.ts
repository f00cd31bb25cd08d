import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { expectAccessibleAtAnyWidth } from './support/axe.ts'
import { setClock } from './support/clock.ts'
import { expectAllSent, expectConnected, expectOffline, waitUntilInstalled } from './support/connection.ts'
import { chooseFromMenu, composer, expectMessages, message, messages, open, send } from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import {
  attach,
  binaryFile,
  expectDrawn,
  findFiles,
  holdsContent,
  photoFile,
  sendChosen,
  textFile,
  viewer,
  type GivenFile,
} from './support/files.ts'
import type { Screen } from './support/person.ts'
import { createRelay } from './support/relay.ts'
import { readStore } from './support/storage.ts'
import { expect, test } from './support/test.ts'

const DAY_MS = 24 * 60 * 60 * 1_000
const BYTES = 900_000

/** How much room somebody's files take on the server. */
async function readUsedBytes({ page }: Screen): Promise<unknown> {
  const { usedBytes } = (await (await page.request.get('/api/files')).json()) as { usedBytes: unknown }
  return usedBytes
}

test('a file goes on from where the network broke it off, or a person paused it, or a tab was closed', async ({
  campus,
}) => {
  test.slow()
  const relay = await createRelay(campus.server.port)
  const ben = await campus.enrol('Ben')
  const ada = await campus.join('Ada', { through: relay.port })
  await open(ada, 'Everyone')
  const carried = (since: number) => (relay.uploaded().bytes - since) / BYTES

  await test.step('cut every 250 kB it arrives once, with little sent twice', async () => {
    relay.slowUploads(400_000)
    relay.cutUploads(250_000)
    await attach(ada, 'Files', binaryFile('cut.bin', BYTES))
    await sendChosen(ada, 'Cut')
    await send(ada, 'Written later')
    await expect.poll(() => ben.read(EVERYONE_ID), { timeout: 60_000 }).toEqual(['Written later', 'Cut'])
    expect(relay.uploaded().requests).toBeGreaterThan(3)
    expect(carried(0)).toBeLessThan(1.25)
    relay.cutUploads(null)
    const [file] = (await ben.findMessage(EVERYONE_ID, 'Cut')).files ?? []
    expect(file).toMatchObject({ name: 'cut.bin', bytes: BYTES, kind: 'document' })
    const content = await ada.page.request.get(`/api/files/${file?.id ?? ''}/whole`)
    expect((await content.body()).equals(binaryFile('cut.bin', BYTES).buffer)).toBe(true)
  })

  await test.step('it says how far it is, stands still while it is paused, and goes on from there', async () => {
    relay.slowUploads(150_000)
    const before = relay.uploaded().bytes
    await attach(ada, 'Files', binaryFile('paused.bin', BYTES))
    await sendChosen(ada, 'Paused')
    await expect(message(ada, 'Paused')).toContainText(/Sending, [1-9]\d?%/)
    await message(ada, 'Paused').getByRole('button', { name: 'Pause', exact: true }).click()
    await expect(message(ada, 'Paused')).toContainText(/Paused at \d+%/)
    await expect.poll(() => relay.uploaded().open).toBe(0)
    const { bytes } = relay.uploaded()
    await send(ada, 'Meanwhile')
    await expectAllSentBut(ada, 1)
    expect(relay.uploaded().bytes).toBe(bytes)
    expect(await ben.read(EVERYONE_ID)).toEqual(['Written later', 'Cut', 'Meanwhile'])
    relay.slowUploads(null)
    await message(ada, 'Paused').getByRole('button', { name: 'Go on sending' }).click()
    await expect.poll(() => ben.read(EVERYONE_ID)).toEqual(['Written later', 'Cut', 'Meanwhile', 'Paused'])
    expect(carried(before)).toBeLessThan(1.25)
  })

  await test.step('taken back it is gone, here and on the server', async () => {
    await expectAllSent(ada)
    const before = await readUsedBytes(ada)
    relay.slowUploads(150_000)
    await attach(ada, 'Files', binaryFile('unwanted.bin', BYTES))
    await composer(ada).press('Enter')
    await expect(messages(ada).last()).toContainText(/Sending, [1-9]\d?%/)
    expect(await readUsedBytes(ada)).not.toBe(before)
    await messages(ada).last().getByRole('button', { name: 'Do not send this file' }).click()
    await expectMessages(ada, ['Written later', 'Cut', 'Meanwhile', 'Paused'])
    await expect(messages(ada)).toHaveCount(4)
    await expectAllSent(ada)
    await expect.poll(() => readUsedBytes(ada)).toBe(before)
  })

  await test.step('another tab goes on when the one that was at it is closed', async () => {
    const first = ada.page
    const before = relay.uploaded().bytes
    await attach(ada, 'Files', binaryFile('tabs.bin', BYTES))
    await sendChosen(ada, 'Two tabs')
    await expect(message(ada, 'Two tabs')).toContainText(/Sending, [1-9]\d?%/)
    await ada.device.openTab(new URL(first.url()).pathname)
    await expect(message(ada, 'Two tabs')).toContainText(/Sending, \d+%/)
    await first.close()
    relay.slowUploads(null)
    await expect.poll(() => ben.read(EVERYONE_ID), { timeout: 60_000 }).toHaveLength(5)
    expect(carried(before)).toBeLessThan(1.5)
    await expectAllSent(ada)
  })

  await relay.close()
})

test('a photo sent offline outlives a reload, the end of the browser and days, and arrives once, after what could go before', async ({
  campus,
}) => {
  test.slow()
  const ben = await campus.enrol('Ben')
  const ada = await campus.joinLasting('Ada')
  await open(ada, 'Everyone')
  await expectConnected(ada)
  await waitUntilInstalled(ada)
  await ada.device.quit()
  await ada.device.start()
  await ada.device.openTab()
  await open(ada, 'Everyone')
  await ada.device.goOffline()
  await attach(ada, 'Photos and videos', await photoFile('board.jpg', 1_600, 1_200))
  await sendChosen(ada, 'The board')
  await expectDrawn(message(ada, 'The board').getByRole('img'))
  await ada.page.reload()
  await expectDrawn(message(ada, 'The board').getByRole('img'))
  await send(ada, 'Written later')
  await expectOffline(ada, '2 messages')

  await ada.device.kill()
  await ada.device.start()
  await ada.device.openTab('about:blank')
  await setClock(ada, 3 * DAY_MS)
  await ada.page.goto('/')
  await open(ada, 'Everyone')
  await expectDrawn(message(ada, 'The board').getByRole('img'))
  await expect(message(ada, 'The board')).toContainText('Waiting for a network')
  await ada.device.goOnline()
  await expect.poll(() => ben.read(EVERYONE_ID), { timeout: 60_000 }).toEqual(['Written later', 'The board'])
  await expectAllSent(ada)
  expect(await findFiles(ada, 'The board')).toMatchObject([{ kind: 'photo', name: 'board.jpg', width: 1_600 }])
  expect(await ben.read(EVERYONE_ID)).toEqual(['Written later', 'The board'])
})

test('what was seen opens with no network, what was not says so, and in Lite mode photos wait', async ({ campus }) => {
  test.slow()
  const ada = await campus.join('Ada')
  const ben = await campus.join('Ben', INSTALLED)
  for (const person of [ada, ben]) await open(person, 'Everyone')
  await waitUntilInstalled(ben)
  const photoIn = (text: string) => message(ben, text).getByRole('img', { name: /^Photo from/ })
  const lookAt = (text: string) =>
    message(ben, text)
      .getByRole('button', { name: /^Photo from/ })
      .click()

  await test.step('a photo, its whole size, and a text that were looked at open with no network, after a reload too', async () => {
    await sendPhoto(ada, 'Looked at', await photoFile('seen.jpg'))
    await sendPhoto(ada, 'In the list', await photoFile('small.jpg', 1_600, 1_200))
    await attach(ada, 'Files', textFile('notes.txt', 'Line one'), textFile('later.txt', 'Line two'))
    await sendChosen(ada, 'Sheets')
    await expectDrawn(photoIn('In the list'))
    await lookAt('Looked at')
    await expect(viewer(ben).getByRole('button', { name: 'Save' })).toBeEnabled()
    await ben.page.keyboard.press('Escape')
    await openCard(ben, 'notes.txt')
    await expect(message(ben, 'Sheets').getByRole('group', { name: 'notes.txt' })).toContainText('Line one')
    await ben.device.goOffline()
    await ben.page.reload()
    await expectDrawn(photoIn('Looked at'))
    await expectDrawn(photoIn('In the list'))
    await lookAt('Looked at')
    await expect(viewer(ben).getByRole('button', { name: 'Save' })).toBeEnabled()
    await ben.page.keyboard.press('Escape')
    await openCard(ben, 'notes.txt')
    await expect(message(ben, 'Sheets').getByRole('group', { name: 'notes.txt' })).toContainText('Line one')
  })

  await test.step('what was not comes with the network', async () => {
    await openCard(ben, 'later.txt')
    await expect(message(ben, 'Sheets')).toContainText('Loading')
    await ben.device.goOnline()
    await expect(message(ben, 'Sheets').getByRole('group', { name: 'later.txt' })).toContainText('Line two')
  })

  await test.step('in Lite mode a photo waits for a tap', async () => {
    await ben.page.getByRole('link', { name: 'Settings' }).click()
    await ben.page.getByRole('switch', { name: 'Lite mode' }).click()
    await expectAccessibleAtAnyWidth(ben, 'settings of files')
    await open(ben, 'Everyone')
    await sendPhoto(ada, 'Lite', await photoFile('lite.jpg'))
    const tile = message(ben, 'Lite').getByRole('button', { name: /load it/ })
    await expect(tile).toBeVisible()
    await expect(photoIn('Lite').locator('img')).toHaveCount(0)
    await tile.click()
    await expectDrawn(photoIn('Lite'))
  })
})

test('over its budget a device lets go what was not looked at for the longest time, but not what it keeps', async ({
  campus,
}) => {
  test.slow()
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  for (const person of [ada, ben]) await open(person, 'Everyone')
  const sizes = { kept: 300_000, first: 300_000, second: 300_000, third: 300_000 }
  for (const [name, bytes] of Object.entries(sizes)) {
    await attach(ada, 'Files', binaryFile(`${name}.bin`, bytes))
    await sendChosen(ada, `File ${name}`)
    await expect(message(ben, `File ${name}`)).toBeVisible()
  }
  await chooseFromMenu(ben, 'File kept', 'Info')
  await ben.page.getByRole('switch', { name: 'kept.bin' }).click()
  await ben.page.getByRole('button', { name: 'Close' }).click()
  const isHere = async (name: string) => {
    const [file] = await findFiles(ben, `File ${name}`)
    return holdsContent(ben, file?.id ?? '')
  }
  await expect.poll(() => isHere('kept')).toBe(true)
  await setBudget(ben, 1_100_000)
  for (const name of ['first', 'second', 'third']) {
    await openCard(ben, `${name}.bin`)
    await expect.poll(() => isHere(name)).toBe(true)
    // What somebody looked at a moment ago does not give way.
    if (name === 'first') await laterToday(ben)
  }
  await expect.poll(() => isHere('first')).toBe(false)
  for (const name of ['kept', 'second', 'third']) expect(await isHere(name), name).toBe(true)
})

async function sendPhoto(screen: Screen, text: string, photo: GivenFile): Promise<void> {
  await attach(screen, 'Photos and videos', photo)
  await sendChosen(screen, text)
}

function openCard({ page }: Screen, name: string): Promise<void> {
  return messages({ page })
    .getByRole('button', { name: new RegExp(`^(Load|Open).*${name.replace('.', '\\.')}`) })
    .click()
}

/** Opens the same page five minutes later: nobody looked at anything meanwhile. */
async function laterToday(screen: Screen): Promise<void> {
  await setClock(screen, 5 * 60_000)
  await screen.page.reload()
  await expectConnected(screen)
}

/** As the settings do, which offer no budget as small as a test would want it. */
async function setBudget({ page, userId }: Screen & { userId: string }, budgetBytes: number): Promise<void> {
  await page.evaluate(
    ({ name, budgetBytes }) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(new Error('the database does not open'))
        opening.onsuccess = () => {
          const transaction = opening.result.transaction('meta', 'readwrite')
          transaction.objectStore('meta').put({ key: 'files', choices: { budgetBytes, photos: 'on-tap' } })
          transaction.oncomplete = () => {
            opening.result.close()
            resolve()
          }
        }
      }),
    { name: `chatbox-${userId}`, budgetBytes },
  )
}

/** All but so many things that one did has been done. */
async function expectAllSentBut(screen: Screen, count: number): Promise<void> {
  await expect.poll(async () => (await readStore(screen, 'outbox')).length).toBe(count)
}
