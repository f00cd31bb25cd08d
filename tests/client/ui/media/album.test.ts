import { render } from 'svelte/server'
import { expect, test } from 'vitest'
import type { AlbumPhoto } from '../../../../client/ui/media/album-photo.ts'
import Album from '../../../../client/ui/media/album.svelte'
import type { FileState } from '../../../../client/ui/media/file-state.ts'

const nothing = () => undefined
const actions = {
  ...{ onopen: nothing, onload: nothing, onstop: nothing, onpause: nothing, onresume: nothing, oncancel: nothing },
}
const photo: AlbumPhoto = {
  ...{ id: 'a', width: 40, height: 30, bytes: 1_200_000, description: '', url: null },
  state: { kind: 'here' },
}

function draw(...photos: AlbumPhoto[]): string {
  return render(Album, { props: { photos, sender: 'Ada', actions, onbroken: nothing } })
    .body.replace(/<!--[^]*?-->/g, '')
    .replace(/\s+/g, ' ')
}

test('a photo is told by its description, or by whose it is', () => {
  expect(draw(photo)).toContain('role="img" aria-label="Photo from \u2068Ada\u2069, no description"')
  expect(draw({ ...photo, description: 'The "board" <b>' })).toContain('aria-label="The &quot;board&quot; &lt;b>"')
})

test('one photo is no group, several are', () => {
  expect(draw(photo)).not.toContain('role="group"')
  expect(draw(photo, { ...photo, id: 'b' })).toContain('role="group" aria-label="2 photos"')
})

const states: [FileState, string[], string[]][] = [
  [{ kind: 'here' }, [], ['progressbar', 'load', 'Stop']],
  [{ kind: 'asks' }, ['1.2 MB<span', ', load it'], ['progressbar']],
  [{ kind: 'loading', done: 0.4 }, ['aria-valuenow="40"', 'aria-label="Stop loading"'], []],
  [{ kind: 'loading', done: null }, ['progressbar'], ['aria-valuenow']],
  [{ kind: 'missing', why: 'No network.', canRetry: true }, ['No network.', ', try again'], []],
  [{ kind: 'missing', why: 'It was deleted.', canRetry: false }, ['It was deleted.'], ['try again']],
  [{ kind: 'uploading', done: 0.5, pace: 'going' }, ['aria-label="Pause"', 'Do not send this photo'], ['Go on']],
  [{ kind: 'uploading', done: 0.5, pace: 'paused' }, ['aria-label="Go on sending"', 'Do not send this photo'], []],
  [
    { kind: 'uploading', done: 0.5, pace: 'waiting', why: 'Waiting for a network' },
    ['Waiting for a network', 'Do not send'],
    ['Pause'],
  ],
]

test.each(states)('in state %j it says what is to be said', (state, said, unsaid) => {
  const html = draw({ ...photo, state })
  for (const words of said) expect(html).toContain(words)
  for (const words of unsaid) expect(html).not.toContain(words)
})

test('its place is as large before it is here as then', () => {
  const styles = (html: string) =>
    [...html.matchAll(/style="([^"]*(?:aspect-ratio|inset)[^"]*)"/g)].map(([, style]) => style)
  const before = draw(
    { ...photo, state: { kind: 'asks' } },
    { ...photo, id: 'b', state: { kind: 'loading', done: null } },
  )
  const after = draw({ ...photo, url: 'blob:a' }, { ...photo, id: 'b', url: 'blob:b' })
  expect(styles(before).length).toBe(3)
  expect(styles(before)).toEqual(styles(after))
})
