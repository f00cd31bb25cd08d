import { render } from 'svelte/server'
import { expect, test } from 'vitest'
import AudioPlayer from '../../../../client/ui/media/audio-player.svelte'
import type { FileState } from '../../../../client/ui/media/file-state.ts'
import type { PlayedFile } from '../../../../client/ui/media/played-file.ts'
import VideoPlayer from '../../../../client/ui/media/video-player.svelte'

const nothing = () => undefined
const actions = {
  ...{ onopen: nothing, onload: nothing, onstop: nothing, onpause: nothing, onresume: nothing, oncancel: nothing },
}
const voice: PlayedFile = {
  ...{ id: 'a', kind: 'voice', name: 'voice.webm', bytes: 90_000, durationMs: 63_400, url: 'blob:a' },
  state: { kind: 'here' },
}

function clean(html: string): string {
  return html
    .replace(/<!--[^]*?-->/g, '')
    .replace(/ class="[^"]*"/g, '')
    .replace(/\s+/g, ' ')
}

function draw(more: Partial<PlayedFile>): string {
  return clean(render(AudioPlayer, { props: { file: { ...voice, ...more }, actions, onsave: nothing } }).body)
}

function drawVideo(more: Partial<PlayedFile>): string {
  const file: PlayedFile = { ...voice, kind: 'video', name: 'seminar.mp4', ...more }
  return clean(render(VideoPlayer, { props: { file, poster: null, actions, onsave: nothing } }).body)
}

test('before it plays a voice message says how long it is', () => {
  const html = draw({})
  expect(html).toContain('role="group" aria-label="Voice message"')
  expect(html).toContain('aria-valuetext="0:00 of 1:03"')
  expect(html).toContain('<span>1:03</span>')
})

test('what has a name of its own shows it', () => {
  expect(draw({ kind: 'audio', name: 'song.mp3' })).toContain('<bdi>song.mp3</bdi>')
  expect(drawVideo({})).toContain('<bdi>seminar.mp4</bdi>')
})

test('from this device it is looked into at once; from the server nothing comes before somebody plays it', () => {
  for (const html of [draw({}), drawVideo({})]) expect(html).toContain('preload="metadata"')
  for (const html of [draw({ url: '/api/files/a/whole' }), drawVideo({ url: '/api/files/a/whole' })])
    expect(html).toContain('preload="none"')
})

const states: [FileState, string[], string[]][] = [
  [{ kind: 'asks' }, ['aria-label="Play"', '90 kB'], ['<audio', '<video', 'Stop']],
  [{ kind: 'loading', done: 0.3 }, ['aria-label="Stop loading"', 'Loading, 30%'], ['aria-label="Play"']],
  [{ kind: 'missing', why: 'No network.', canRetry: true }, ['No network.', 'Try again'], []],
  [{ kind: 'missing', why: 'It was deleted.', canRetry: false }, ['It was deleted.'], ['"Play"', 'Try again']],
]

test.each(states)('not here, in state %j, it says what is and what can be done', (state, said, unsaid) => {
  for (const html of [draw({ state, url: null }), drawVideo({ state, url: null })]) {
    for (const words of said) expect(html).toContain(words)
    for (const words of unsaid) expect(html).not.toContain(words)
  }
})

test('while it is sent it can be heard, and taken back', () => {
  const html = draw({ state: { kind: 'uploading', done: 0.5, pace: 'going' } })
  for (const words of ['aria-label="Play"', 'Sending, 50%', 'Pause', 'Do not send']) expect(html).toContain(words)
})
