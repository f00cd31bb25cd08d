import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openDialogs } from '../../../client/ui/history-entry.ts'
import { modal } from '../../../client/ui/modal.ts'

beforeEach(() => {
  vi.stubGlobal('HTMLElement', EventTarget)
  vi.stubGlobal('document', { activeElement: null })
  vi.stubGlobal('history', { state: null, pushState: () => undefined })
})
afterEach(() => {
  openDialogs.length = 0
  vi.unstubAllGlobals()
})

/** A dialog whose browser says a moment late that it was closed, as browsers do. */
function open() {
  const heard: string[] = []
  const dialog = Object.assign(new EventTarget(), {
    showModal: () => undefined,
    close: () => void setTimeout(() => dialog.dispatchEvent(new Event('close'))),
  })
  dialog.addEventListener('close', () => heard.push('closed'))
  modal(dialog)
  return { dialog, heard }
}

const ways: [string, (dialog: EventTarget) => void][] = [
  ['Esc', (dialog) => dialog.dispatchEvent(new Event('cancel', { cancelable: true }))],
  ['going back', () => openDialogs.at(-1)?.()],
]
test.each(ways)('%s is told at once, before anything else can be opened', (_, act) => {
  const { dialog, heard } = open()
  act(dialog)
  expect(heard).toEqual(['closed'])
})

test('a choice of files in it that nobody made does not close it', () => {
  const { dialog, heard } = open()
  const cancelled = new Event('cancel', { cancelable: true })
  Object.defineProperty(cancelled, 'target', { value: new EventTarget() })
  dialog.dispatchEvent(cancelled)
  expect([heard, cancelled.defaultPrevented]).toEqual([[], false])
})
