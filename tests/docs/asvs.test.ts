import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

// docs/asvs.md is written by hand. Here each requirement of the standard is held against it, and each proof against the tests.

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Of the chapters, sections with how many requirements of level 1 and 2 each has; in V6.7 all are of level 3. */
const SECTIONS: Record<string, number> = {
  ...{ '6.1': 3, '6.2': 12, '6.3': 4, '6.4': 4, '6.5': 5, '6.6': 3, '6.8': 4 },
  ...{ '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 2, '7.6': 2 },
  ...{ '8.1': 2, '8.2': 3, '8.3': 1, '8.4': 1 },
  ...{ '10.1': 2, '10.2': 2, '10.5': 5 },
}

const rows = read('docs/asvs.md')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()))
  .map(([id = '', how = '', proof = '']) => ({ id, how, proof: proof.replace(/ ?\|$/, '') }))

test('it has each requirement once', () => {
  const wanted = Object.entries(SECTIONS).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
  )
  expect(rows.map(({ id }) => id)).toEqual(wanted)
})

test.each(rows)('$id has a proof that is there', ({ how, proof }) => {
  if (how.startsWith('Does not apply: ')) {
    expect(proof).toBe('')
    return
  }
  const files = [...proof.matchAll(/`(tests\/[^`]+)`: ((?:“[^”]+”(?:, )?)+)/g)]
  const pages = [...proof.matchAll(/\]\(\.\.\/([^#)]+)#([^)]+)\)/g)]
  expect(files.length + pages.length).toBeGreaterThan(0)
  for (const [, file = '', names = ''] of files) {
    const text = read(file)
    for (const [, name = ''] of names.matchAll(/“([^”]+)”/g)) expect(text).toContain(`'${name}'`)
  }
  for (const [, page = '', anchor = ''] of pages) {
    expect(existsSync(join(root, page))).toBe(true)
    expect(listAnchors(read(page))).toContain(anchor)
  }
})

/** As GitHub makes them of headings. */
function listAnchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  )
}
