import { openSqlite } from '../../server/store/sqlite.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { MessageRow } from '../../shared/protocol/rows.ts'
import { webm } from '../server/files/example-media.ts'
import { expectAccessibleAtAnyWidth } from './support/axe.ts'
import { chooseForConversation, expectLedTo, open } from './support/conversing.ts'
import { expectDrawn, holdsContent, photoFile, textFile, viewer } from './support/files.ts'
import type { Screen } from './support/person.ts'
import { readStore } from './support/storage.ts'
import { expect, test } from './support/test.ts'

const MONTHS_MS = 70 * 24 * 60 * 60 * 1_000
/** With these a device gets all but 17 messages at first. */
const BETWEEN = 60
const OLD = ['An old photo', 'An old sheet', 'An old link: https://example.org/old']

const gallery = ({ page }: Screen) => page.getByRole('dialog', { name: 'Photos and files' })

/** Has the first so many messages of a conversation be sent long ago, while no server runs on the folder. */
async function moveBack(dataDir: string, count: number): Promise<void> {
  const store = openSqlite(dataDir)
  try {
    await store.db
      .updateTable('message')
      .set(({ eb }) => ({ sent_at: eb('sent_at', '-', MONTHS_MS) }))
      .where('conversation_id', '=', EVERYONE_ID)
      .where('n', '<=', count)
      .execute()
  } finally {
    await store.close()
  }
}

test('photos, documents, voice and links of a conversation are seen by month, and what is not here is a hole that fills', async ({
  campus,
}) => {
  const ben = await campus.enrol('Ben')
  const [photo = '', sheet = '', link = ''] = OLD
  await ben.sendFile(EVERYONE_ID, photo, await photoFile('old.jpg'), 'photo')
  await ben.sendFile(EVERYONE_ID, sheet, textFile('old.txt'))
  await ben.send(EVERYONE_ID, link, ...Array.from({ length: BETWEEN }, (_, index) => `Between ${index + 1}`))
  await ben.sendFile(EVERYONE_ID, 'A new photo', await photoFile('new.jpg'), 'photo')
  await ben.sendFile(EVERYONE_ID, 'A new sheet', textFile('new.txt'))
  await ben.sendFile(EVERYONE_ID, 'Hum', { name: 'hum.webm', mimeType: 'audio/webm', buffer: webm('sound') })
  await ben.send(EVERYONE_ID, 'A new link: https://example.org/new')
  await campus.server.stop()
  await moveBack(campus.server.dataDir, OLD.length)
  await campus.startServerAgain()

  const ada = await campus.join('Ada')
  await open(ada, 'Everyone')
  await chooseForConversation(ada, 'Photos and files')
  const tabs = gallery(ada).getByRole('tab')
  const months = gallery(ada).getByRole('heading', { level: 3 })
  const photos = gallery(ada).getByRole('img', { name: /^Photo from/ })
  const nameOf = (ms: number) => new Intl.DateTimeFormat('en-GB', { month: 'long' }).format(ms)

  await test.step('what is not on this device is a hole, which fills with its months', async () => {
    await expectDrawn(photos)
    await expect(months).toHaveText([nameOf(Date.now())])
    await expect(gallery(ada)).toContainText('17 messages are not on this device')
    await expectAccessibleAtAnyWidth(ada, 'a gallery with a hole')
    await gallery(ada).getByRole('button', { name: 'Load' }).click()
    await expect(photos).toHaveCount(2)
    await expectDrawn(photos.last())
    await expect(months).toHaveText([nameOf(Date.now()), new RegExp(`^${nameOf(Date.now() - MONTHS_MS)}`)])
    await expect(gallery(ada)).not.toContainText('not on this device')
  })

  await test.step('each kind has its own list, by the arrow keys', async () => {
    await tabs.first().focus()
    await ada.page.keyboard.press('ArrowRight')
    await expect(gallery(ada).getByRole('button', { name: /(old|new)\.txt/ })).toHaveCount(2)
    await ada.page.keyboard.press('ArrowRight')
    await expect(gallery(ada).getByRole('group', { name: 'hum.webm' })).toBeVisible()
    await ada.page.keyboard.press('ArrowRight')
    await expect(gallery(ada).getByRole('link')).toContainText(['https://example.org/new', 'https://example.org/old'])
    await ada.page.keyboard.press('Home')
    await expect(photos).toHaveCount(2)
  })

  await test.step('a photo is looked at, all is kept offline, and a document leads to its message', async () => {
    await photos.first().click()
    await expect(viewer(ada)).toContainText('1 of 2')
    await ada.page.keyboard.press('Escape')
    await expect(viewer(ada)).toBeHidden()
    await gallery(ada).getByRole('switch', { name: 'Keep all of it offline' }).click()
    const rows = (await readStore(ada, 'messages')) as MessageRow[]
    const ids = rows.flatMap(({ files = [] }) => files.map(({ id }) => id))
    expect(ids).toHaveLength(5)
    await expect.poll(async () => Promise.all(ids.map((id) => holdsContent(ada, id)))).not.toContain(false)
    await tabs.nth(1).click()
    await gallery(ada).getByRole('button', { name: /^Ben/ }).last().click()
    await expectLedTo(ada, 'An old sheet')
  })
})
