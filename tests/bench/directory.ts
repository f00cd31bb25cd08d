import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { build } from 'vite'
import { launchOptions } from '../support/browser.ts'
import type { Figures } from './directory-page.ts'

/*
 * `npx tsx tests/bench/directory.ts`: what a first pull with a large directory costs a device in
 * Chromium, from the answers' text to rows in IndexedDB, while a view reads beside it.
 */

const PEOPLE = [100, 10_000]
const RUNS = 3

const page = join(import.meta.dirname, 'directory-page.ts')
const built = await build({
  configFile: false,
  logLevel: 'error',
  build: { write: false, minify: false, lib: { entry: page, formats: ['iife'], name: 'bench' } },
})
const [output] = [built].flat()
if (output === undefined || !('output' in output)) throw new Error('nothing was built')

const browser = await chromium.launch(launchOptions)
try {
  const tab = await browser.newPage()
  await tab.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
  await tab.goto('http://localhost/')
  await tab.addScriptTag({ content: output.output[0].code })
  for (const people of PEOPLE) {
    const runs: Figures[] = []
    for (let run = 0; run < RUNS; run += 1) {
      runs.push(await tab.evaluate<Figures>(`measureDirectory(${people})`))
    }
    const best = (name: keyof Figures) => Math.round(Math.min(...runs.map((figures) => figures[name])))
    console.log(
      `${people.toLocaleString('en')} people: first screen after ${best('firstScreen')} ms, ` +
        `all after ${best('all')} ms, no read waited longer than ${best('longestRead')} ms`,
    )
  }
} finally {
  await browser.close()
}
