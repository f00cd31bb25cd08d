import type { Presence } from '../data/people/watch-presence.ts'
import { toDayAndClock } from '../ui/time.ts'

/** "here now", "last seen 10:42"; nothing where nothing is known. */
export function toPresenceWords(presence: Presence, now: number): string {
  switch (presence.kind) {
    case 'there':
      return 'here now'
    case 'away':
      return presence.lastSeenAt === null ? '' : `last seen ${toDayAndClock(presence.lastSeenAt, now)}`
    case 'unknown':
      return ''
  }
}
