import { render } from 'svelte/server'
import { expect, test } from 'vitest'
import { takeFiles, type ChosenFile } from '../../../../client/ui/media/chosen-file.ts'
import ChosenFiles from '../../../../client/ui/media/chosen-files.svelte'
import { FILES_PER_MESSAGE_MAX } from '../../../../shared/protocol/limits.ts'

const nothing = () => undefined
const photo: ChosenFile = {
  ...{ kind: 'photo', id: 'a', name: 'board.jpg', type: 'image/jpeg', bytes: 300_000, as: 'photo' },
  ...{ url: 'blob:a', description: '', state: { kind: 'ready' } },
}
const document: ChosenFile = {
  ...{ kind: 'document', id: 'b', name: 'notes.pdf', type: 'application/pdf', bytes: 1_200_000 },
  ...{ note: null, state: { kind: 'ready' } },
}

function draw(...files: ChosenFile[]): string {
  return render(ChosenFiles, { props: { files, onremove: nothing, onsendas: nothing, ondescribe: nothing } })
    .body.replace(/<!--[^]*?-->/g, '')
    .replace(/ class="[^"]*"/g, '')
    .replace(/\s+/g, ' ')
}

test('of files beyond what a message has the first are taken, and the rest is told of', () => {
  const files = Array.from({ length: 8 }, (_, at) => at)
  expect(takeFiles(0, files)).toEqual({ taken: files, left: null })
  expect(takeFiles(FILES_PER_MESSAGE_MAX - 7, files)).toMatchObject({
    taken: files.slice(0, 7),
    left: expect.stringContaining('One file was left out') as string,
  })
  expect(takeFiles(FILES_PER_MESSAGE_MAX, files)).toMatchObject({
    taken: [],
    left: expect.stringContaining('8 files were left out') as string,
  })
})

test('it is said how many there are and how large, and each can be removed', () => {
  const html = draw(photo, document)
  expect(html).toContain('2 files · 1.5 MB')
  expect(html).toContain('aria-label="Remove \u2068board.jpg\u2069"')
  expect(html).toContain('aria-label="Remove \u2068notes.pdf\u2069"')
  expect(html).toContain('PDF · 1.2 MB')
})

test('photos can be described, as long as they are sent as photos', () => {
  expect(draw(photo)).toContain('Describe the photo')
  expect(draw(photo, { ...photo, id: 'c' })).toContain('Describe the photos')
  expect(draw(document, { ...photo, as: 'document' })).not.toContain('Describe')
})

test('how a photo is sent is told where it is not as others', () => {
  expect(draw(photo)).toContain('aria-label="board.jpg"')
  expect(draw({ ...photo, as: 'original' })).toContain('aria-label="board.jpg, Original"')
  expect(draw({ ...photo, description: 'The board' })).toContain('aria-label="board.jpg: The board"')
})

test('what cannot be sent says why, with its name, as does what goes otherwise than one thinks', () => {
  const wrong = draw({ ...document, state: { kind: 'wrong', why: 'It has 340 MB.' } })
  expect(wrong).toContain('<p role="alert"><bdi>notes.pdf</bdi>: It has 340 MB.</p>')
  const noted = draw({ ...document, name: 'a.heic', note: 'It goes as a document.' })
  expect(noted).toContain('<p><bdi>a.heic</bdi>: It goes as a document.</p>')
})
