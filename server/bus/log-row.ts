import type { Row } from '../../shared/protocol/rows.ts'

/** Who may see a row: everybody with an account, the members of a conversation, or one person. */
export type Audience =
  | { kind: 'all' }
  | { kind: 'members'; conversationId: string }
  | { kind: 'user'; userId: string }

export interface LogRow {
  row: Row
  audience: Audience
}
