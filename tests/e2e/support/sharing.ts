import { expect, type Page } from '@playwright/test'
import type { Device } from './device.ts'
import type { GivenFile } from './files.ts'

export interface Shared {
  title?: string
  text?: string
  url?: string
  files?: readonly GivenFile[]
}

/**
 * Shares something with the app as a browser does for another one: it sends a form to it, from no page of its own, and
 * follows where that leads.
 */
export async function share(device: Device, { files = [], ...texts }: Shared): Promise<Page> {
  const page = await device.context.newPage()
  await page.evaluate(
    ({ action, texts, files }) => {
      const form = document.createElement('form')
      Object.assign(form, { action, method: 'post', enctype: 'multipart/form-data' })
      for (const [name, value] of Object.entries(texts)) {
        const field = document.createElement('input')
        Object.assign(field, { name, value })
        form.append(field)
      }
      const chosen = new DataTransfer()
      for (const { name, mimeType, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
        chosen.items.add(new File([bytes], name, { type: mimeType }))
      }
      const input = document.createElement('input')
      Object.assign(input, { name: 'files', type: 'file', multiple: true, files: chosen.files })
      form.append(input)
      document.body.append(form)
      form.submit()
    },
    {
      action: `${device.url}/share`,
      texts,
      files: files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString('base64') })),
    },
  )
  await expect(page).toHaveURL(/\/share(\?|$)/)
  return page
}
