import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { photoWithPlace } from '../server/files/example-photos.ts'
import { expectAccessibleAtAnyWidth } from './support/axe.ts'
import { composer, message, messages, open } from './support/conversing.ts'
import { drawAcross } from './support/drawing.ts'
import {
  attach,
  bringFiles,
  chosenFiles,
  expectDrawn,
  photoFile,
  sendChosen,
  textFile,
  viewer,
} from './support/files.ts'
import type { Screen } from './support/person.ts'
import { createRelay } from './support/relay.ts'
import { expect, test } from './support/test.ts'

const CONTENTS = /^\/api\/files\//

/** One empty page. */
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF`

/** What the button saves. */
async function save({ page }: Screen, press: () => Promise<void>): Promise<{ name: string; content: Buffer }> {
  const downloading = page.waitForEvent('download')
  await press()
  const download = await downloading
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) }
}

test('photos and documents that are chosen, pasted and dropped come with their preview first, and are looked at', async ({
  campus,
}) => {
  const relay = await createRelay(campus.server.port)
  const ada = await campus.join('Ada')
  const ben = await campus.join('Ben', { through: relay.port })
  for (const person of [ada, ben]) await open(person, 'Everyone')

  await test.step('chosen with the button, and described; without its content it is seen all the same', async () => {
    relay.breakOff(CONTENTS)
    const photo = { name: 'holiday.jpg', mimeType: 'image/jpeg', buffer: await photoWithPlace() }
    await attach(ada, 'Photos and videos', photo)
    await chosenFiles(ada).getByRole('button', { name: 'Describe the photo' }).click()
    await ada.page.getByRole('textbox', { name: 'Description' }).fill('Three coloured fields')
    await ada.page.getByRole('button', { name: 'Done' }).click()
    await sendChosen(ada, 'By the lake')
    const seen = message(ben, 'By the lake').getByRole('img', { name: 'Three coloured fields' })
    await expect(seen).toHaveCSS('background-image', /^url\("data:image\/png/)
    await expect.poll(() => relay.brokenOff()).toBeGreaterThan(0)
    await expect(seen.locator('img')).toHaveCount(0)
    relay.breakOff(null)
    await expectDrawn(seen)
  })

  await test.step('pasted, and dropped, with the bytes of a document as they were', async () => {
    await bringFiles(composer(ada), 'paste', await photoFile('one.jpg'))
    await expect(chosenFiles(ada)).toContainText('1 file')
    await bringFiles(
      ada.page.getByRole('log'),
      'drop',
      await photoFile('two.jpg', 600, 800),
      textFile('notes.txt', 'Line one\nLine two'),
    )
    await expect(chosenFiles(ada)).toContainText('3 files')
    await sendChosen(ada, 'Three more')
    const album = message(ben, 'Three more').getByRole('group', { name: '2 photos' })
    for (const photo of await album.getByRole('img').all()) await expectDrawn(photo)
    await message(ben, 'Three more')
      .getByRole('button', { name: /notes\.txt/ })
      .click()
    await expect(message(ben, 'Three more').getByRole('group', { name: 'notes.txt' })).toContainText('Line two')
    const saved = await save(ben, () => message(ben, 'Three more').getByRole('button', { name: 'Save' }).click())
    expect([saved.name, saved.content.toString()]).toEqual(['notes.txt', 'Line one\nLine two'])
    for (const person of [ada, ben]) await expectAccessibleAtAnyWidth(person, 'a conversation with an album')
  })

  await test.step('a PDF file opens in the browser’s own viewer', async () => {
    await attach(ada, 'Files', { name: 'sheet.pdf', mimeType: 'application/pdf', buffer: Buffer.from(PDF) })
    await sendChosen(ada, 'The sheet')
    const card = message(ben, 'The sheet').getByRole('button', { name: /sheet\.pdf/ })
    await card.click()
    await expect(message(ben, 'The sheet').getByRole('button', { name: 'Save' })).toBeVisible()
    const opening = ben.device.context.waitForEvent('page')
    await card.click()
    const opened = await opening
    expect(opened.url()).toMatch(/^blob:/)
    await opened.close()
  })

  await test.step('looked at, one after another, with keys and fingers, until Escape or going back', async () => {
    await message(ben, 'By the lake').getByRole('button', { name: 'Three coloured fields' }).click()
    await expect(viewer(ben)).toContainText('1 of 3')
    await expect(viewer(ben).getByRole('img', { name: 'Three coloured fields' }).locator('img').last()).toBeVisible()
    await expectAccessibleAtAnyWidth(ben, 'a photo that is looked at')
    await ben.page.keyboard.press('ArrowRight')
    await expect(viewer(ben)).toContainText('2 of 3')
    await ben.page.keyboard.press('End')
    await expect(viewer(ben)).toContainText('3 of 3')
    await drawAcross(ben.page, viewer(ben).locator('.stage'), { across: 600 })
    await expect(viewer(ben)).toContainText('2 of 3')
    await ben.page.keyboard.press('Home')
    await ben.page.keyboard.press('+')
    await expect(viewer(ben).getByRole('button', { name: 'Smaller' })).toBeEnabled()
    await ben.page.keyboard.press('Escape')
    await expect(viewer(ben)).toBeHidden()
    await expect(messages(ben)).toHaveCount(3)
    await message(ben, 'By the lake').getByRole('button', { name: 'Three coloured fields' }).click()
    await expect(viewer(ben)).toBeVisible()
    await ben.page.goBack()
    await expect(viewer(ben)).toBeHidden()
    await expect(composer(ben)).toBeVisible()
  })

  await relay.close()
})

test('what one saves of a photo tells nothing of where and with what it was taken, nor does the original', async ({
  campus,
}) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  for (const person of [ada, ben]) await open(person, 'Everyone')
  const photo = { name: 'again.jpg', mimeType: 'image/jpeg', buffer: await photoWithPlace() }
  await attach(ada, 'Photos and videos', photo)
  await sendChosen(ada, 'Made smaller')
  await attach(ada, 'Photos and videos', photo)
  await chosenFiles(ada).getByRole('button', { name: 'again.jpg', exact: true }).click()
  await ada.page.getByRole('menuitem', { name: 'Send the original photo' }).click()
  await expect(chosenFiles(ada).getByRole('button', { name: 'again.jpg, Original' })).toBeVisible()
  await sendChosen(ada, 'As it is')
  for (const text of ['Made smaller', 'As it is']) {
    const seen = message(ben, text).getByRole('img')
    await expectDrawn(seen)
    await seen.click()
    const saved = await save(ben, () => viewer(ben).getByRole('button', { name: 'Save' }).click())
    await ben.page.keyboard.press('Escape')
    const { exif, xmp, width, height } = await sharp(saved.content).metadata()
    expect([exif, xmp], text).toEqual([undefined, undefined])
    expect(saved.content.toString('latin1')).not.toMatch(/Ann|GPS|xmpmeta/)
    // Upright, as its orientation said.
    expect([width, height]).toEqual([120, 240])
  }
})
