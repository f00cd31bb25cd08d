import { expect, type Locator } from '@playwright/test'
import sharp from 'sharp'
import type { Content } from '../../../client/sync/database.ts'
import type { MessageFile } from '../../../shared/protocol/files.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import { composer } from './conversing.ts'
import type { Screen } from './person.ts'
import { readStore } from './storage.ts'

/** A file as somebody has it on their device. */
export interface GivenFile {
  name: string
  mimeType: string
  buffer: Buffer
}

export function textFile(name: string, text: string = name): GivenFile {
  return { name, mimeType: 'text/plain', buffer: Buffer.from(text) }
}

/** So many bytes of no kind that is known. Those of another name are others. */
export function binaryFile(name: string, bytes: number): GivenFile {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(bytes, `\0${name}`) }
}

/** A JPEG of so many pixels, with as many bytes as a photo of the same has: no two parts of it are alike. */
export async function drawPhoto(width: number, height: number, background = '#336699'): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  return sharp({ create: { width, height, channels: 3, background, noise } })
    .jpeg({ quality: 85 })
    .toBuffer()
}

export async function photoFile(name: string, width = 800, height = 600): Promise<GivenFile> {
  return { name, mimeType: 'image/jpeg', buffer: await drawPhoto(width, height) }
}

/** What is chosen for the message that is being written. */
export function chosenFiles({ page }: Screen): Locator {
  return page.getByRole('group', { name: 'Files to send' })
}

/** Chooses files with the button beside the field. */
export async function attach(
  { page }: Screen,
  choice: 'Photos and videos' | 'Files',
  ...files: readonly GivenFile[]
): Promise<void> {
  await page.getByRole('button', { name: 'Attach' }).click()
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('menuitem', { name: choice }).click()
  await (await choosing).setFiles([...files])
  await expect(chosenFiles({ page })).toBeVisible()
}

/** Pastes or drops files, as a clipboard or another window would bring them. */
export async function bringFiles(where: Locator, how: 'paste' | 'drop', ...files: readonly GivenFile[]): Promise<void> {
  await where.evaluate(
    (element, { how, files }) => {
      const data = new DataTransfer()
      for (const { name, mimeType, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
        data.items.add(new File([bytes], name, { type: mimeType }))
      }
      const bubbling = { bubbles: true, cancelable: true }
      element.dispatchEvent(
        how === 'paste'
          ? new ClipboardEvent('paste', { ...bubbling, clipboardData: data })
          : new DragEvent('drop', { ...bubbling, dataTransfer: data }),
      )
    },
    { how, files: files.map(({ buffer, ...rest }) => ({ ...rest, base64: buffer.toString('base64') })) },
  )
}

/** Sends what is chosen, as soon as it is ready, with a text. */
export async function sendChosen({ page }: Screen, text: string): Promise<void> {
  await composer({ page }).fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(chosenFiles({ page })).toBeHidden()
}

/** What a message that is on this device carries. */
export async function findFiles(screen: Screen, text: string): Promise<MessageFile[]> {
  const rows = (await readStore(screen, 'messages')) as MessageRow[]
  const files = rows.find((row) => row.text === text)?.files
  if (files === undefined) throw new Error(`no message “${text}” carries files`)
  return files
}

/** Whether anything of what a file holds is on this device. */
export async function holdsContent(screen: Screen, id: string): Promise<boolean> {
  return ((await readStore(screen, 'contents')) as Content[]).some(({ fileId }) => fileId === id)
}

/** Whether the server gives a file to who looks at this screen, as a status of HTTP. */
export async function askForFile({ page }: Screen, id: string, variant: 'whole' | 'small' = 'whole'): Promise<number> {
  return (await page.request.get(`/api/files/${id}/${variant}`)).status()
}

/** The photo, and not only what stands for it, is drawn. */
export async function expectDrawn(photo: Locator): Promise<void> {
  await expect(photo.locator('img.drawn')).toHaveCount(1)
}

export function viewer({ page }: Screen): Locator {
  return page.getByRole('dialog', { name: 'Photos', exact: true })
}
