import type { QuestionView } from '../../data/classroom/views.ts'
import type { IconName } from '../../ui/icons.ts'
import type { MediaIconName } from '../../ui/media/media-icons.ts'

export type ActionName =
  | 'approve'
  | 'answer'
  | 'aloud'
  | 'pin'
  | 'merge'
  | 'rephrase'
  | 'dismiss'
  | 'hold'
  | 'mute'
  | 'focus'
  | 'unfocus'
  | 'remove-photo'

export interface Action {
  name: ActionName
  label: string
  /** On the question itself, where there is little room. */
  short: string
  icon: IconName | MediaIconName
  /** What does it while the question is chosen, as `KeyboardEvent.key`. */
  key: string
  danger?: true
}

const ACTIONS: readonly Action[] = [
  { name: 'approve', label: 'Approve', short: 'Approve', icon: 'sent', key: 'a' },
  { name: 'answer', label: 'Answer', short: 'Answer', icon: 'reply', key: 'r' },
  { name: 'aloud', label: 'Answered aloud', short: 'Aloud', icon: 'aloud', key: 'l' },
  { name: 'focus', label: 'Show on projector', short: 'Projector', icon: 'projector', key: 'f' },
  { name: 'unfocus', label: 'Take off projector', short: 'Take off', icon: 'projector', key: 'x' },
  { name: 'pin', label: 'Pin', short: 'Pin', icon: 'pin', key: 'p' },
  { name: 'merge', label: 'Merge …', short: 'Merge', icon: 'merge', key: 'm' },
  { name: 'rephrase', label: 'Ask to rephrase …', short: 'Rephrase', icon: 'edit', key: 'e' },
  { name: 'hold', label: 'Hold back', short: 'Hold', icon: 'waiting', key: 'h' },
  { name: 'mute', label: 'Mute thread', short: 'Mute', icon: 'muted', key: 't' },
  { name: 'remove-photo', label: 'Remove its photo …', short: 'Remove photo', icon: 'photo', key: 'w', danger: true },
  { name: 'dismiss', label: 'Dismiss …', short: 'Dismiss', icon: 'close', key: 'd', danger: true },
]

/** The keys of a chosen question, and what each does; for the list of all keys. */
export const ACTION_KEYS: readonly Pick<Action, 'key' | 'label'>[] = ACTIONS.map(({ key, label }) => ({
  key,
  label: label.replace(' …', ''),
}))

/** What staff can do with a question as it stands, in the order of the menu. */
export function listActions(question: QuestionView, focusedId: string | null): Action[] {
  const { state } = question
  const isShown = state === 'shown'
  const isOpen = isShown || state === 'held' || state === 'rephrase'
  const isFocused = question.id === focusedId
  const can: Record<ActionName, boolean> = {
    approve: !isShown && state !== 'withdrawn' && state !== 'waiting',
    answer: isOpen || state === 'dismissed',
    aloud: isShown && question.answered !== 'text',
    focus: isShown && !isFocused,
    unfocus: isFocused,
    pin: isShown,
    merge: isOpen,
    rephrase: isShown || state === 'held',
    hold: isShown,
    mute: isShown,
    'remove-photo': question.photo !== null,
    dismiss: isOpen,
  }
  return ACTIONS.filter(({ name }) => can[name]).map((action) => {
    const label = labelOf(action, question)
    return { ...action, label, short: label.startsWith(action.label) ? action.short : label }
  })
}

function labelOf({ name, label }: Action, question: QuestionView): string {
  if (name === 'approve' && question.state === 'merged') return 'Take apart again'
  if (name === 'approve' && question.state !== 'held') return 'Show again'
  if (name === 'approve' && question.photo !== null) return 'Approve with photo'
  if (name === 'aloud' && question.answered === 'aloud') return 'Not answered after all'
  if (name === 'pin' && question.pinned) return 'Unpin'
  if (name === 'mute' && question.muted) return 'Unmute thread'
  return label
}
