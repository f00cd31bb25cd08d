import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writePacks } from '../../build/write-packs.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatbox-packs-'))
  await mkdir(join(folder, 'assets'))
})
afterEach(() => rm(folder, { recursive: true }))

async function pack(names: readonly string[]) {
  const entries = names.map((name) => ({ url: `assets/${name}`, revision: null }))
  for (const { url } of entries) await writeFile(join(folder, url), url)
  return new Map(
    writePacks(folder, entries).map(({ url, pack, bytes }) => [url.slice('assets/'.length), { pack, bytes }]),
  )
}

test('who has drawn a formula asks for the fonts that are left with one request', async () => {
  const packed = await pack([
    'katex-B5Telpyn.js',
    'KaTeX_Main-Regular-B22Nviop.woff2',
    'KaTeX_Size1-Regular-mCD8mA8B.woff2',
  ])
  const packs = [...packed.values()].map(({ pack }) => pack)
  expect(packs[1]).toMatch(/^\/assets\/pack-fonts-[\w-]{8}\.bin$/)
  expect(packs[2]).toBe(packs[1])
  expect(packs[0]).not.toBe(packs[1])
})

test('a pack has its files one behind the other, and what both pages begin with is in none', async () => {
  const packed = await pack(['first-Ck_j71Dn.js', 'dialog-Ck_j71Dn.js', 'menu-Ck_j71Dn.js'])
  expect(packed.get('first-Ck_j71Dn.js')).toEqual({})
  const { pack: path = '', bytes } = packed.get('menu-Ck_j71Dn.js') ?? {}
  expect(bytes).toBe('assets/menu-Ck_j71Dn.js'.length)
  const [list = '', content] = (await readFile(join(folder, path), 'utf8')).split('\n')
  expect(JSON.parse(list)).toEqual([
    ['/assets/dialog-Ck_j71Dn.js', 25],
    ['/assets/menu-Ck_j71Dn.js', 23],
  ])
  expect(content).toBe('assets/dialog-Ck_j71Dn.jsassets/menu-Ck_j71Dn.js')
})
