import type { BlockTable, ContactRequestTable, MemberTable, PreferenceTable } from '../store/schema.ts'
import type { DirectPart, Sharing, Shunning } from './ask-contacts.ts'
import { toBlocks, toRequests } from './ask-contacts.ts'

/** Who is on terms with whom, as one batch sees it. */
export interface ContactState {
  /** Whether one blocked another. Only of what `blockers`, `approaches` or `directs` named. */
  isBlocked(userId: string, otherId: string): boolean
  /** Whom somebody blocked now. Only of people in `needs.blockers`. */
  listBlocked(userId: string): BlockTable[]
  /** What somebody is asked about a conversation. Only of what `requests` or `directs` named. */
  findRequest(conversationId: string, userId: string): ContactRequestTable | undefined
  /** What somebody is asked by another. Only of what `askers` named. */
  listRequests(userId: string, askerId: string): ContactRequestTable[]
  /** Whether two people are in one group. Only of what `approaches` named. */
  isSharing(userId: string, otherId: string): boolean
  /** Whether somebody blocked one who is in this conversation. Only of what `shunning` named. */
  isShunning(conversationId: string, userId: string): boolean
  /** The other one of a direct conversation. Only of conversations in `needs.directs`. */
  findOther(conversationId: string, userId: string): Pick<MemberTable, 'user_id'> | undefined
  /** Whose first message somebody takes without being asked. Only of who is in a conversation of `needs.directs`. */
  findDirectFrom(userId: string): PreferenceTable['direct_from']
}

export interface LoadedContacts {
  blocks: readonly BlockTable[]
  requests: readonly ContactRequestTable[]
  sharing: readonly Sharing[]
  shunning: readonly Shunning[]
  directs: readonly DirectPart[]
}

export interface KeptContacts extends ContactState {
  keepBlock(block: BlockTable): void
  keepRequest(request: ContactRequestTable): void
  /** The two of a direct conversation that begins. */
  keepDirect(conversationId: string, people: readonly string[]): void
  load(records: LoadedContacts): void
}

export function createContactState(): KeptContacts {
  const blocks = new Map<string, BlockTable>()
  const requests = new Map<string, ContactRequestTable>()
  const sharing = new Set<string>()
  const shunning = new Set<string>()
  const directs = new Map<string, Set<string>>()
  const directFrom = new Map<string, PreferenceTable['direct_from']>()
  const toKey = (one: string, other: string) => `${one}/${other}`
  const keepDirect = (conversationId: string, people: readonly string[]) =>
    void directs.set(conversationId, new Set([...(directs.get(conversationId) ?? []), ...people]))
  const keepBlock = (block: BlockTable) => void blocks.set(toKey(block.user_id, block.blocked_id), block)
  const keepRequest = (request: ContactRequestTable) =>
    void requests.set(toKey(request.conversation_id, request.user_id), request)

  return {
    isBlocked: (userId, otherId) => blocks.get(toKey(userId, otherId))?.blocked === 1,
    listBlocked: (userId) => [...blocks.values()].filter((one) => one.user_id === userId && one.blocked === 1),
    findRequest: (conversationId, userId) => requests.get(toKey(conversationId, userId)),
    listRequests: (userId, askerId) =>
      [...requests.values()].filter((one) => one.user_id === userId && one.asked_by === askerId),
    isSharing: (userId, otherId) => sharing.has(toKey(userId, otherId)),
    isShunning: (conversationId, userId) => shunning.has(toKey(conversationId, userId)),
    findOther(conversationId, userId) {
      const other = [...(directs.get(conversationId) ?? [])].find((id) => id !== userId)
      return other === undefined ? undefined : { user_id: other }
    },
    findDirectFrom: (userId) => directFrom.get(userId) ?? null,
    keepBlock,
    keepRequest,
    keepDirect,
    load(records) {
      for (const block of [...records.blocks, ...toBlocks(records.directs)]) keepBlock(block)
      for (const request of [...records.requests, ...toRequests(records.directs)]) keepRequest(request)
      for (const { user_id, other_id } of records.sharing) sharing.add(toKey(user_id, other_id))
      for (const { conversation_id, user_id } of records.shunning) shunning.add(toKey(conversation_id, user_id))
      for (const { conversation_id, user_id, direct_from } of records.directs) {
        keepDirect(conversation_id, [user_id])
        directFrom.set(user_id, direct_from)
      }
    },
  }
}
