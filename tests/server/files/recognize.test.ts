import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recognize } from '../../../server/files/recognize.ts'
import { BARE_SVG, ELF, EXE, HTML, mp4, oggOpus, PDF, SVG, wav, webm, ZIP } from './example-media.ts'
import { plainPhoto } from './example-photos.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-recognize-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function recognizeBytes(bytes: Buffer, asVoice = false) {
  // Its name says something else.
  const path = join(folder, 'holiday.jpg')
  writeFileSync(path, bytes)
  return recognize(path, asVoice)
}

const documents: [what: string, bytes: Buffer, type: string][] = [
  ['a PDF', PDF, 'application/pdf'],
  ['an archive', ZIP, 'application/zip'],
  ['a program for Linux', ELF, 'application/x-elf'],
  ['a program for Windows', EXE, 'application/x-msdownload'],
  ['a text', Buffer.from('Grüße aus dem Hörsaal – 你好'), 'text/plain'],
  ['a text that is cut within a character', Buffer.from('ü'.repeat(5_000)).subarray(0, 8_193), 'text/plain'],
  ['a page', HTML, 'text/plain'],
  ['a drawing with a script', SVG, 'application/xml'],
  ['a drawing without a declaration', BARE_SVG, 'text/plain'],
  ['a text in another code', Buffer.from('Grüße', 'latin1'), 'application/octet-stream'],
  ['a text with a NUL', Buffer.from('a\0b'), 'application/octet-stream'],
  ['noise', Buffer.from([1, 2, 3, 0xfe, 0xff, 9]), 'application/octet-stream'],
]
test.each(documents)('%s is a document', async (_, bytes, type) => {
  expect(await recognizeBytes(bytes)).toEqual({ kind: 'document', type })
  expect(await recognizeBytes(bytes, true)).toEqual({ kind: 'document', type })
})

test('a picture that is sent as a document is one', async () => {
  const bytes = await plainPhoto(20, 20).png().toBuffer()
  expect(await recognizeBytes(bytes)).toEqual({ kind: 'document', type: 'image/png' })
})

const sounds: [what: string, bytes: Buffer, type: string][] = [
  ['WebM with nothing but sound', webm('sound'), 'audio/webm'],
  ['MP4 with nothing but sound', mp4('soun'), 'audio/mp4'],
  ['Opus in Ogg', oggOpus(), 'audio/ogg; codecs=opus'],
  ['WAV', wav(), 'audio/wav'],
]
test.each(sounds)('%s is a voice message for who wants it so, and else sound', async (_, bytes, type) => {
  expect(await recognizeBytes(bytes, true)).toEqual({ kind: 'voice', type })
  expect(await recognizeBytes(bytes)).toEqual({ kind: 'audio', type })
})

const films: [what: string, bytes: Buffer, type: string][] = [
  ['WebM with a picture', webm('sound', 'video'), 'video/webm'],
  ['WebM of which the tracks cannot be told', webm(), 'video/webm'],
  ['WebM that ends early', webm('sound').subarray(0, 60), 'video/webm'],
  ['MP4 with a picture', mp4('soun', 'vide'), 'video/mp4'],
  ['MP4 without a track', mp4(), 'video/mp4'],
  ['MP4 that ends early', mp4('soun').subarray(0, 200), 'video/mp4'],
]
test.each(films)('%s is a film, whatever its sender wants', async (_, bytes, type) => {
  expect(await recognizeBytes(bytes)).toEqual({ kind: 'video', type })
  expect(await recognizeBytes(bytes, true)).toEqual({ kind: 'video', type })
})

test('what was made to be read without end is read to an end', async () => {
  const boxes = Buffer.concat([mp4().subarray(0, 24), Buffer.alloc(1_000_000)])
  for (let at = 24; at + 8 <= boxes.length; at += 8) {
    boxes.writeUInt32BE(8, at)
    boxes.write('free', at + 4, 'latin1')
  }
  expect(await recognizeBytes(boxes)).toEqual({ kind: 'video', type: 'video/mp4' })
})
