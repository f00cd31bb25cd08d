import type { SettingRow } from '../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../sync/database.ts'
import { isOptimistic } from '../outbox/pending.ts'

/** How one has arranged a conversation for oneself, with what still waits already in place. */
export interface Arrangement {
  /** Until when it is muted, `MUTED_FOR_GOOD` is for good; null when it is not muted now. */
  mutedUntil: number | null
  muted: boolean
  pinned: boolean
  archived: boolean
  /** Marked as unread by hand. */
  markedUnread: boolean
}

export interface ArrangementInput {
  setting: SettingRow | undefined
  /** Those of this conversation, in order. */
  entries: readonly OutboxEntry[]
  /** The greatest `n` of the conversation on this device. */
  lastN: number
  now: number
}

export function toArrangement({ setting, entries, lastN, now }: ArrangementInput): Arrangement {
  let { mutedUntil, pinned, archivedN, markedUnread } = setting ?? UNARRANGED
  for (const { command } of entries.filter(isOptimistic)) {
    if (command.type === 'read') markedUnread = false
    if (command.type !== 'conversation.set') continue
    if (command.mutedUntil !== undefined) mutedUntil = command.mutedUntil
    if (command.archivedN !== undefined) archivedN = command.archivedN
    pinned = command.pinned ?? pinned
    markedUnread = command.markedUnread ?? markedUnread
  }
  const muted = mutedUntil !== null && mutedUntil > now
  const archived = archivedN !== null && (lastN <= archivedN || muted)
  return { mutedUntil: muted ? mutedUntil : null, muted, pinned, archived, markedUnread }
}

const UNARRANGED: Pick<SettingRow, 'mutedUntil' | 'pinned' | 'archivedN' | 'markedUnread'> = {
  mutedUntil: null,
  pinned: false,
  archivedN: null,
  markedUnread: false,
}
