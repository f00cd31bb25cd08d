import { expect, test } from 'vitest'
import { GLYPHS } from '../../../server/ops/demo/drawing/glyphs.ts'
import { createPlane } from '../../../server/ops/demo/drawing/plane.ts'
import { createConcertProgramme, createExerciseSheet } from '../../../server/ops/demo/documents/papers.ts'
import { createSpeech } from '../../../server/ops/demo/documents/sound.ts'
import { createLabReport } from '../../../server/ops/demo/documents/texts.ts'

test.each([
  ['the exercise sheet', createExerciseSheet, 2],
  ['the programme', createConcertProgramme, 1],
])(
  'each object of %s lies where its table of references says, and each stream is as long as it says',
  (_, create, pages) => {
    const pdf = create().toString('latin1')
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(pdf)?.[1])
    const table = pdf.slice(start)
    expect(table).toMatch(/^xref\n0 \d+\n0000000000 65535 f \n/)
    const entries = [...table.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset))
    entries.forEach((offset, index) => expect(pdf.slice(offset)).toMatch(new RegExp(`^${index + 1} 0 obj\n`)))
    expect(table).toContain(`/Size ${entries.length + 1} `)
    const streams = [...pdf.matchAll(/<< \/Length (\d+) >>\nstream\n(.*?)\nendstream/gs)]
    expect(streams).toHaveLength(pages)
    for (const [, length, content = ''] of streams) expect(content).toHaveLength(Number(length))
  },
)

test('the files of the lab report lie in its archive where its directory says', () => {
  const zip = createLabReport()
  const end = zip.length - 22
  expect(zip.readUInt32LE(end)).toBe(0x06054b50)
  expect(zip.readUInt16LE(end + 10)).toBe(3)
  const names: string[] = []
  for (let at = zip.readUInt32LE(end + 16); at < end; at += 46 + zip.readUInt16LE(at + 28)) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50)
    const local = zip.readUInt32LE(at + 42)
    expect(zip.readUInt32LE(local)).toBe(0x04034b50)
    expect(zip.subarray(local + 4, local + 30)).toEqual(zip.subarray(at + 6, at + 32))
    names.push(zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)))
  }
  expect(names).toEqual(['pendulum/report.md', 'pendulum/pendulum.csv', 'pendulum/plot.py'])
})

test('a voice message has pauses between what is said, and no sample beyond what fits', () => {
  const wav = createSpeech(7, 6, 120)
  expect(wav.readUInt32LE(40)).toBe(wav.length - 44)
  const loud: boolean[] = []
  for (let at = 44; at < wav.length; at += 3_200) {
    const samples = Array.from({ length: 1_600 }, (_, index) => Math.abs(wav.readInt16LE(at + index * 2)))
    loud.push(Math.max(...samples) > 1_500)
  }
  expect(loud.filter(Boolean).length).toBeGreaterThan(loud.length / 2)
  expect(loud.filter((isLoud) => !isLoud).length).toBeGreaterThan(4)
})

test('every letter is strokes of a pen within its place', () => {
  for (const [letter, glyph] of Object.entries(GLYPHS)) {
    expect(glyph, letter).toMatch(/^(?:[0-6][0-9a-c]){2,}(?: (?:[0-6][0-9a-c]){2,})*$/)
  }
})

test('a plane has its corners where they are seen, and its middle where its diagonals cross', () => {
  const plane = createPlane([
    [100, 50],
    [500, 80],
    [620, 700],
    [20, 640],
  ])
  const corners = [plane(0, 0), plane(1, 0), plane(1, 1), plane(0, 1)].map((place) => place.map(Math.round))
  expect(corners).toEqual([
    [100, 50],
    [500, 80],
    [620, 700],
    [20, 640],
  ])
  const [x, y] = plane(0.5, 0.5)
  const onFirst = (y - 50) / (700 - 50) - (x - 100) / (620 - 100)
  const onSecond = (y - 80) / (640 - 80) - (x - 500) / (20 - 500)
  expect(Math.abs(onFirst)).toBeLessThan(1e-9)
  expect(Math.abs(onSecond)).toBeLessThan(1e-9)
})
