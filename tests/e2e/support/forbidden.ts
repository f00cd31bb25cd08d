import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext } from '@playwright/test'
import { launchOptions } from '../../support/browser.ts'

/** Works in a browser whose person forbade all sites to keep data. */
export async function whereDataIsForbidden(work: (context: BrowserContext) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'chatbox-forbidden-'))
  await mkdir(join(directory, 'Default'))
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } }
  await writeFile(join(directory, 'Default/Preferences'), JSON.stringify(preferences))
  const context = await chromium.launchPersistentContext(directory, launchOptions)
  try {
    await work(context)
  } finally {
    await context.close()
    await rm(directory, { recursive: true, force: true })
  }
}
