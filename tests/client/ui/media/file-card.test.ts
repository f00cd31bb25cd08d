import { render } from 'svelte/server'
import { expect, test } from 'vitest'
import FileCard from '../../../../client/ui/media/file-card.svelte'
import type { FileState } from '../../../../client/ui/media/file-state.ts'

const nothing = () => undefined
const actions = {
  ...{ onopen: nothing, onload: nothing, onstop: nothing, onpause: nothing, onresume: nothing, oncancel: nothing },
}

function draw(state: FileState, { name = 'Notes.pdf', type = 'application/pdf' } = {}): string {
  const file = { id: 'a', name, type, bytes: 1_200_000, state }
  return render(FileCard, { props: { file, actions, onsave: nothing } })
    .body.replace(/<!--[^]*?-->/g, '')
    .replace(/ class="[^"]*"/g, '')
    .replace(/\s+/g, ' ')
}

const states: [FileState, string[], string[]][] = [
  [{ kind: 'here' }, ['Open', 'PDF · <span>1.2 MB', 'aria-label="Save"'], ['progressbar']],
  [{ kind: 'asks' }, ['Load', 'PDF · <span>1.2 MB'], ['Save', 'Open']],
  [{ kind: 'loading', done: 0.4 }, ['Loading, 40%', 'aria-label="Stop loading"'], ['Save', 'Open']],
  [{ kind: 'missing', why: 'No network.', canRetry: true }, ['No network.', 'aria-label="Try again"'], ['Open']],
  [{ kind: 'missing', why: 'It was deleted.', canRetry: false }, ['aria-disabled="true"'], ['Try again', 'Open']],
  [{ kind: 'uploading', done: 0.5, pace: 'going' }, ['Sending, 50%', '"Pause"', '"Do not send this file"', 'Open'], []],
  [{ kind: 'uploading', done: 0.5, pace: 'paused' }, ['Paused at 50%', '"Go on sending"'], []],
  [
    { kind: 'uploading', done: 0, pace: 'waiting', why: 'Waiting for a network' },
    ['Waiting for a network', 'Do not send'],
    ['Pause'],
  ],
]

test.each(states)('in state %j it says what is, and what can be done', (state, said, unsaid) => {
  const html = draw(state)
  for (const words of said) expect(html).toContain(words)
  for (const words of unsaid) expect(html).not.toContain(words)
})

test('a name is heard whole, whatever is cut of it, and is text', () => {
  expect(draw({ kind: 'here' }, { name: 'A <b>name</b> that is too long for one line.pdf' })).toContain(
    '<bdi>A &lt;b>name&lt;/b> that is too long for one line.pdf</bdi>',
  )
})

test('what is not what its name says is said to be something else', () => {
  const html = draw({ kind: 'here' }, { name: 'holiday.jpg', type: 'application/x-msdownload' })
  expect(html).toContain('Program · ')
  expect(html).toContain('Not what its name says')
})
