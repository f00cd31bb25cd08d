import { expect, test } from 'vitest'
import { pressed, toCaps } from '../../../client/ui/keys.ts'

function press(key: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent {
  const nothing = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, code: '' }
  return { ...nothing, key, ...more } as KeyboardEvent
}

const done: [string, KeyboardEvent][] = [
  ['Mod+K', press('k', { ctrlKey: true })],
  ['Mod+K', press('K', { metaKey: true })],
  ['Mod+K', press('л', { ctrlKey: true, code: 'KeyK' })],
  ['Alt+ArrowUp', press('ArrowUp', { altKey: true })],
  ['?', press('?', { shiftKey: true })],
  ['?', press('?')],
  ['+', press('+')],
  ['Shift+F10', press('F10', { shiftKey: true })],
]

test.each(done)('%s', (keys, event) => {
  expect(pressed(event, keys)).toBe(true)
})

const other: [string, KeyboardEvent][] = [
  ['Mod+K', press('k')],
  ['Mod+K', press('k', { ctrlKey: true, altKey: true })],
  ['U', press('u', { ctrlKey: true })],
  ['U', press('U', { shiftKey: true })],
  ['Alt+ArrowDown', press('ArrowDown', { altKey: true, shiftKey: true })],
  ['F10', press('F10', { shiftKey: true })],
  ['?', press('?', { metaKey: true })],
]

test.each(other)('not %s', (keys, event) => {
  expect(pressed(event, keys)).toBe(false)
})

test('keys are called as they are printed on the keyboard', () => {
  expect(toCaps('Mod+K', false)).toEqual(['Ctrl', 'K'])
  expect(toCaps('Mod+K', true)).toEqual(['⌘', 'K'])
  expect(toCaps('Alt+Shift+ArrowDown', false)).toEqual(['Alt', 'Shift', '↓'])
  expect(toCaps('+', false)).toEqual(['+'])
})
