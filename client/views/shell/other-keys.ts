import type { Shortcut } from '../shortcuts.ts'

/** What the composer does by itself. */
export const WRITING = [
  { name: 'send', keys: ['Enter'], label: 'Send' },
  { name: 'line', keys: ['Shift+Enter'], label: 'New line' },
  { name: 'edit', keys: ['ArrowUp'], label: 'Edit the last message, while nothing is typed' },
  { name: 'messages', keys: ['Shift+ArrowUp'], label: 'To the messages, while nothing is typed' },
  { name: 'cancel', keys: ['Escape'], label: 'Do not edit or reply after all' },
] as const satisfies readonly Shortcut[]

/** What moves among messages; the rest is in their own table. */
export const IN_MESSAGES = [
  { name: 'move', keys: ['ArrowUp', 'ArrowDown'], label: 'From message to message' },
  { name: 'menu', keys: ['Enter', 'ContextMenu'], label: 'What one can do with it' },
  { name: 'write', keys: ['Escape'], label: 'Back to writing' },
] as const satisfies readonly Shortcut[]
