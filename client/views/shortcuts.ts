import { pressed, type Keys } from '../ui/keys.ts'

export interface Shortcut<Name extends string = string> {
  name: Name
  /** Any of these does it. */
  keys: readonly Keys[]
  label: string
}

/** What keys do wherever one is. */
export const ANYWHERE = [
  { name: 'find', keys: ['Mod+K'], label: 'Go to a conversation or a person' },
  { name: 'previous', keys: ['Alt+ArrowUp'], label: 'Open the conversation above' },
  { name: 'next', keys: ['Alt+ArrowDown'], label: 'Open the conversation below' },
  { name: 'unread', keys: ['Alt+Shift+ArrowDown'], label: 'Open the next one with something unread' },
  { name: 'back', keys: ['Escape'], label: 'Close what is open, or go back' },
  { name: 'keys', keys: ['?'], label: 'Show this list' },
] as const satisfies readonly Shortcut[]

/** What keys do in the list of conversations, for the one that has the focus. */
export const IN_LIST = [
  { name: 'up', keys: ['ArrowUp'], label: 'One up' },
  { name: 'down', keys: ['ArrowDown'], label: 'One down' },
  { name: 'first', keys: ['Home'], label: 'To the first' },
  { name: 'last', keys: ['End'], label: 'To the last' },
  { name: 'options', keys: ['ContextMenu', 'Shift+F10'], label: 'What one can do with it' },
  { name: 'unread', keys: ['U'], label: 'Mark as unread or read' },
  { name: 'pin', keys: ['P'], label: 'Pin or unpin' },
  { name: 'mute', keys: ['M'], label: 'Mute or unmute' },
  { name: 'archive', keys: ['A'], label: 'Archive or take out' },
] as const satisfies readonly Shortcut[]

/** Which of these somebody pressed. */
export function findShortcut<Name extends string>(
  event: KeyboardEvent,
  shortcuts: readonly Shortcut<Name>[],
): Name | undefined {
  return shortcuts.find(({ keys }) => keys.some((one) => pressed(event, one)))?.name
}

/** Whether keys that write would write here, so that letters and signs do nothing else. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('textarea, select, input:not([type="checkbox"], [type="radio"])')
}
