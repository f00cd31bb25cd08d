/** People, by the conversation in which they matter. */
export type Pairs = Map<string, Set<string>>

export function addPair(pairs: Pairs, conversationId: string, userId: string): void {
  const people = pairs.get(conversationId)
  if (people === undefined) pairs.set(conversationId, new Set([userId]))
  else people.add(userId)
}

/** The conversation itself, and nobody in it. */
export function addConversation(pairs: Pairs, conversationId: string): void {
  if (!pairs.has(conversationId)) pairs.set(conversationId, new Set())
}

/** What a batch of commands has to know before it can decide; the sequencer loads it all in a few queries. */
export interface Needs {
  /** Accounts, by user id. */
  users: Set<string>
  /** Accounts that matter only while Everyone is crowded: then what they say there has to say who they are. */
  speakers: Set<string>
  /** Accounts of which it matters whom they share a conversation with. */
  circles: Set<string>
  /** Whether somebody has one of these handles. */
  handles: Set<string>
  /** Texts: whoever has a name or a handle that looks like one of them matters. */
  looks: Set<string>
  /** Conversations, each with the memberships and readings of these people. */
  conversations: Pairs
  /** Conversations of which every member matters. */
  rosters: Set<string>
  messages: Set<string>
  files: Set<string>
  /** Messages, each with its conversation, of which every revision and reaction matters. */
  annotated: Map<string, string>
  /** Conversations of which these members' receipts matter. */
  receipts: Pairs
  /** Conversations of which all receipts that are unpublished matter, with the memberships of whose they are. */
  unpublished: Set<string>
  /** Conversations of which these members' settings and drafts matter. */
  personal: Pairs
  /** Classrooms of which it matters whether these people are staff. */
  staff: Pairs
  /** Conversations of which it matters what of `messages` these people have deleted for themselves. */
  hidden: Pairs
  preferences: Set<string>
  /** People of whom it matters whom they blocked. */
  blockers: Set<string>
  /** Who asks, with whom: it matters whether they are on terms with each other, and in one group. */
  approaches: Pairs
  /** Direct conversations of which it matters who the two are, and how they are with each other. */
  directs: Set<string>
  /** Conversations of which it matters what these people are asked. */
  requests: Pairs
  /** People of whom it matters what these others ask them. */
  askers: Pairs
  /** Conversations of which it matters whether these members blocked somebody there. */
  shunning: Pairs
  /** Conversations whose pinned messages are to be counted. */
  pins: Set<string>
  /** People of whom it matters what they may do. */
  standings: Set<string>
  /** Whether it matters who operates this ChatBox. */
  operators: boolean
  /** Whether something is to be kept in the audit log. */
  audit: boolean
}

export function createNeeds(): Needs {
  return {
    users: new Set(),
    speakers: new Set(),
    circles: new Set(),
    handles: new Set(),
    looks: new Set(),
    conversations: new Map(),
    rosters: new Set(),
    messages: new Set(),
    files: new Set(),
    annotated: new Map(),
    receipts: new Map(),
    unpublished: new Set(),
    personal: new Map(),
    staff: new Map(),
    hidden: new Map(),
    preferences: new Set(),
    blockers: new Set(),
    approaches: new Map(),
    directs: new Set(),
    requests: new Map(),
    askers: new Map(),
    shunning: new Map(),
    pins: new Set(),
    standings: new Set(),
    operators: false,
    audit: false,
  }
}
