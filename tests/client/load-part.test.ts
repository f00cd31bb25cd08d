import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type * as loadPartModule from '../../client/load-part.ts'

/** The names of files that do not come. */
let broken: string[]
let asked: string[]
let said: unknown[]
let loadPart: typeof loadPartModule.loadPart

beforeEach(async () => {
  ;[broken, asked, said] = [[], [], []]
  vi.stubGlobal('navigator', {})
  const ofThePage = (selector: string) => (selector.includes('"/assets/entry.js"') ? {} : null)
  vi.stubGlobal('document', { querySelector: ofThePage })
  vi.stubGlobal('dispatchEvent', (event: Event & { payload?: unknown }) => said.push(event.type, event.payload))
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path)
    return broken.includes(path)
      ? Promise.reject(new TypeError('Failed to fetch'))
      : Promise.resolve(new Response(path))
  })
  vi.resetModules()
  ;({ loadPart } = await import('../../client/load-part.ts'))
})
afterEach(() => vi.unstubAllGlobals())

const FILES = ['assets/part.js', 'assets/shared.js']

test('a module is imported when all of its files are there, and each is fetched once', async () => {
  const load = vi.fn(() => Promise.resolve('part'))
  const files = [...FILES, 'assets/entry.js']
  expect(await Promise.all([loadPart(load, files), loadPart(load, files)])).toEqual(['part', 'part'])
  expect(asked).toEqual(['/assets/part.js', '/assets/shared.js'])
  expect(await loadPart(load)).toBe('part')
  expect(said).toEqual([])
})

test('a browser is not asked to import what did not come, which it would remember; the next call fetches it anew', async () => {
  broken = ['/assets/shared.js']
  const load = vi.fn(() => Promise.resolve('part'))
  await expect(loadPart(load, FILES)).rejects.toThrow('Failed to fetch')
  expect(load).not.toHaveBeenCalled()
  expect(said).toEqual(['vite:preloadError', new TypeError('Failed to fetch')])
  broken = []
  expect(await loadPart(load, FILES)).toBe('part')
  expect(asked).toEqual([...['/assets/part.js', '/assets/shared.js'], '/assets/shared.js'])
})

test('a file that the server no longer has is an error, and never imported', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status: 404 })))
  const load = vi.fn(() => Promise.resolve('part'))
  await expect(loadPart(load, FILES)).rejects.toThrow('/assets/part.js was answered with 404')
  expect(load).not.toHaveBeenCalled()
})

test('with a service worker, which has all files, nothing is fetched ahead', async () => {
  vi.stubGlobal('navigator', { serviceWorker: { controller: {} } })
  expect(await loadPart(() => Promise.resolve('part'), FILES)).toBe('part')
  expect(asked).toEqual([])
})
