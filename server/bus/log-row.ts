import type { Row } from '../../shared/protocol/rows.ts'

/**
 * Who may see a row: everybody with an account, the members of a conversation, those of them who let
 * others know what they have seen, or one person.
 */
export type Audience =
  | { kind: 'all' }
  | { kind: 'members'; conversationId: string }
  | { kind: 'seers'; conversationId: string }
  | { kind: 'user'; userId: string }

/** A row on its way to those who may see it. */
export interface LogRow<Kind extends Row = Row> {
  row: Kind
  audience: Audience
}
