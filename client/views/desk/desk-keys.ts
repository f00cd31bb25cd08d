import type { Shortcut } from '../shortcuts.ts'
import { ACTION_KEYS } from './question-actions.ts'

/** What keys do at the desk of a classroom, besides what they do with the chosen question. */
export const AT_DESK = [
  { name: 'next', keys: ['j', 'ArrowDown'], label: 'Next question' },
  { name: 'previous', keys: ['k', 'ArrowUp'], label: 'Previous question' },
  { name: 'open', keys: ['Enter'], label: 'Open its thread' },
  { name: 'undo', keys: ['u'], label: 'Undo the last judging' },
  { name: 'search', keys: ['/'], label: 'Search' },
] as const satisfies readonly Shortcut[]

/** All of them, for the list of keys. */
export const DESK_KEYS: readonly Shortcut[] = [
  ...AT_DESK,
  ...ACTION_KEYS.map(({ key, label }) => ({ name: label, keys: [key], label })),
]
