import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { connectionLine, expectAllSent, expectOffline } from './support/connection.ts'
import { entry, expectLatest, open, openDirect, send } from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { createGroup, openManage } from './support/grouping.ts'
import type { Screen } from './support/person.ts'
import { expect, test } from './support/test.ts'

const me = ({ page }: Screen) => page.getByRole('region', { name: 'You' })

/** A PNG of one colour, with a note in it that nobody else is to read. */
async function drawPicture({ page }: Screen): Promise<Buffer> {
  const drawn = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 480
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    context.fillStyle = '#3366cc'
    context.fillRect(0, 0, 640, 480)
    return canvas.toDataURL('image/png').split(',')[1] ?? ''
  })
  return Buffer.from(drawn, 'base64')
}

async function choose(screen: Screen, file: { name: string; mimeType: string; buffer: Buffer } | string) {
  await me(screen)
    .getByLabel(/(Add a|Change) picture/)
    .setInputFiles(file)
}

/** The head of a PNG that claims to be so large, and nothing of its pixels. */
function toHugePng(side: number): Buffer {
  const head = Buffer.alloc(33)
  head.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')
  head.writeUInt32BE(side, 16)
  head.writeUInt32BE(side, 20)
  head.set([8, 2, 0, 0, 0], 24)
  return Buffer.concat([head, deflateSync(Buffer.alloc(1_000))])
}

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" onload="document.title = \'owned\'"><script>alert(1)</script></svg>'
const bad: [string, string, () => Buffer, RegExp][] = [
  ['a text', 'me.png', () => Buffer.from('Hello'), /is not a picture that can be used/],
  ['an SVG', 'me.svg', () => Buffer.from(SVG), /is not a picture that can be used/],
  ['a picture of 900 megapixels', 'me.png', () => toHugePng(30_000), /too many pixels/],
  ['a PNG that ends after its head', 'me.png', () => toHugePng(300), /could not be opened as a picture/],
]

test('hostile and huge files are refused; a picture chosen offline is shown at once, waits, and then appears at others', async ({
  campus,
}) => {
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.join('Ben')]
  await openDirect(ada, 'Ben')
  await send(ada, 'Hello')
  await createGroup(ada, 'Film club', ['Ben'])
  await expectLatest(ben, 'Ada', 'Hello')
  await expect(entry(ben, 'Film club')).toBeVisible()
  await expectAllSent(ada)
  await expect(ben.page.getByRole('navigation').locator('img')).toHaveCount(0)
  await ada.page.getByRole('link', { name: 'Settings' }).click()

  await test.step('hostile and huge files are refused with a sentence, and nothing hangs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chatbox-picture-'))
    try {
      const huge = join(folder, 'huge.jpg')
      writeFileSync(huge, Buffer.from([0xff, 0xd8, 0xff]))
      truncateSync(huge, 50 * 1024 * 1024)
      await choose(ada, huge)
      await expect(me(ada).getByRole('alert')).toHaveText('This file has 50 MB. Choose one of at most 20 MB.')
    } finally {
      rmSync(folder, { recursive: true })
    }
    for (const [what, name, make, reason] of bad) {
      await choose(ada, { name, mimeType: name.endsWith('svg') ? 'image/svg+xml' : 'image/png', buffer: make() })
      await expect(me(ada).getByRole('alert'), what).toHaveText(reason)
      await expect(ada.page.getByRole('dialog'), what).toBeHidden()
    }
    await expect(ada.page).toHaveTitle('Settings · ChatBox')
    await expect(me(ada).locator('img')).toHaveCount(0)
  })

  await test.step('a picture chosen offline is cropped, shown at once, and waits', async () => {
    await ada.device.goOffline()
    await choose(ada, { name: 'me.png', mimeType: 'image/png', buffer: await drawPicture(ada) })
    const dialog = ada.page.getByRole('dialog', { name: 'Your picture' })
    const crop = dialog.getByRole('img')
    await crop.focus()
    for (const key of ['+', '+', 'ArrowRight', 'ArrowDown', '-']) await crop.press(key)
    await expect(dialog.getByRole('slider', { name: 'Zoom' })).not.toHaveValue('1')
    await dialog.getByRole('button', { name: 'Use this picture' }).click()
    await expect(dialog).toBeHidden()
    await expect(me(ada).locator('img')).toBeVisible()
    await expectOffline(ada, '1 change')
    await ada.page.reload()
    await expect(me(ada).locator('img')).toBeVisible()
  })

  await test.step('with a network it appears at others and in a group’s picture, until it is removed', async () => {
    await ada.device.goOnline()
    await expect(connectionLine(ada)).toHaveText('')
    await expect(entry(ben, 'Ada').locator('img')).toHaveCount(1)
    await expect(entry(ben, 'Film club').locator('img')).toHaveCount(1)
    const size = await entry(ben, 'Ada')
      .locator('img')
      .evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0))
    expect(size).toBe(256)

    await me(ada).getByRole('button', { name: 'Remove' }).click()
    await expect(entry(ben, 'Ada').locator('img')).toHaveCount(0)
  })

  await test.step('who leads a group gives it a picture and a description, offline too, and all in it see both', async () => {
    await open(ada, 'Film club')
    await openManage(ada)
    await ada.device.goOffline()
    const manage = ada.page.getByRole('main')
    await manage
      .getByLabel('Add a picture')
      .setInputFiles({ name: 'us.png', mimeType: 'image/png', buffer: await drawPicture(ada) })
    await ada.page.getByRole('dialog', { name: 'The group’s picture' }).getByRole('button', { name: 'Use' }).click()
    await expect(manage.locator('.looks img')).toHaveCount(1)
    await manage.getByRole('button', { name: 'Add a description' }).click()
    await manage.getByRole('textbox', { name: 'Description' }).fill('Films on **Fridays**\n- bring tea')
    await ada.page.reload()
    await expect(manage.getByRole('textbox', { name: 'Description' })).toHaveValue(/Fridays/)
    await manage.getByRole('button', { name: 'Save' }).click()
    await expect(manage.locator('strong')).toHaveText('Fridays')
    await ada.device.goOnline()
    await expectAllSent(ada)
    await expect(entry(ben, 'Film club').locator('img')).toHaveCount(1)
    await open(ben, 'Film club')
    await expect(ben.page.getByText(/Ada\W? changed the group’s description/)).toBeVisible()
    await openManage(ben)
    await expect(ben.page.getByRole('main').locator('strong')).toHaveText('Fridays')
    await expect(ben.page.getByRole('button', { name: 'Change description' })).toBeHidden()
  })
})
