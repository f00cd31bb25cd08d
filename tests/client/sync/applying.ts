import { createCampusKind } from '../../../client/sync/campus-kind.ts'
import { applyFrame, applyPage, type Applied } from '../../../client/sync/log/apply.ts'
import type { Change as LogChange } from '../../../client/sync/log/kind.ts'
import type { DevicePosition } from '../../../client/sync/log/position.ts'
import type { Campus, ClientStore } from '../../../client/sync/tables.ts'
import type { LiveRow, MemberRow, ReadingRow, Row } from '../../../shared/protocol/rows.ts'
import { ann, ben, event, group, hidden, member, message, NOON, reaction, setting } from '../data/example.ts'
import { readAll } from './stores.ts'

export type Change = LogChange<LiveRow>
export const kind = createCampusKind(ann, { now: () => NOON })
export const change = (part: Partial<Change> = {}): Change => ({
  lineage: { id: 'l1', start: 0 },
  from: 10,
  to: 11,
  next: null,
  rows: [],
  ...part,
})
export const at10: Partial<DevicePosition> = { lineage: 'l1', cursor: 10, path: [{ id: 'l1', start: 0 }] }
export const reading = (n: number, seq: number): ReadingRow => ({ type: 'reading', seq, conversationId: group, n })
export const tombstone = (userId: string, seq: number): MemberRow => ({ ...member(userId), seq, removed: true })
export const hanging = { conversationId: group, messageId: message(1).id }
export const revision = (seq: number, text: string | null = 'before'): Row => ({
  ...{ type: 'revision', seq, ...hanging, k: 1, text, at: NOON },
})
export const delivery = (seq: number, userId = ben): Row => ({
  type: 'delivery',
  seq,
  conversationId: group,
  userId,
  n: seq,
})
export const seen = (seq: number, userId = ben): Row => ({
  ...{ type: 'seen', seq, conversationId: group, userId, steps: [{ n: seq, at: NOON }] },
})
export const draft = (seq: number, text = 'begun'): Row => ({
  ...{ type: 'draft', seq, conversationId: group, text, replyToId: null, changedAt: NOON },
})
export const preference = (seq: number, tells: boolean): Row => ({
  type: 'preference',
  seq,
  seen: tells,
  presence: true,
})
/** What hangs on a conversation, or is somebody's own in it. */
export const inGroup = (seq: number) => [
  ...[
    revision(seq),
    reaction(1, ben, ['👍'], seq),
    delivery(seq),
    seen(seq),
    reading(1, seq),
    setting({ seq }),
    draft(seq),
    { ...event(1, { kind: 'renamed', title: 'Film club' }), seq },
    hidden(1, true, seq),
  ],
]

/** Applies a live frame. */
export function apply(store: ClientStore, part: Partial<Change>): Promise<Applied> {
  return store.transact((tables) => applyFrame<Campus>(tables, kind, change(part)))
}

/** Applies a page of a pull that was asked for from where the device stands, or from elsewhere; the last one unless its head says otherwise. */
export function applyPulled(
  store: ClientStore,
  part: Partial<Change> & { head?: number },
  asked?: Partial<DevicePosition>,
): Promise<Applied> {
  return store.transact(async (tables) => {
    const page = change(part)
    const position = { ...(await tables.getPosition()), ...asked }
    return applyPage<Campus>(tables, kind, position, { ...page, head: part.head ?? page.to })
  })
}

export async function rowsIn(store: ClientStore): Promise<Row[]> {
  return (await readAll(store)).rows
}
