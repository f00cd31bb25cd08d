import type { MemberRow } from '../../shared/protocol/rows.ts'

/** What a device knew before the log went back. */
export interface RestoreNotes {
  /** Null when nothing is to be offered. */
  lost: Lost | null
  /** Who left a group, or was put out, as the log had it: the newest last. */
  departed: Departed[]
}

interface Lost {
  /** The position to which the log went back. */
  start: number
  groups: LostGroup[]
}

export interface LostGroup {
  id: string
  title: string | null
  creatorId: string | null
  seq: number
  pictureId?: string | undefined
  description?: string | undefined
  members: Pick<MemberRow, 'userId' | 'since'>[]
}

interface Departed {
  conversationId: string
  userId: string
  seq: number
}

export const NO_NOTES: RestoreNotes = { lost: null, departed: [] }
