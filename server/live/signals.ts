import { randomUUID } from 'node:crypto'
import type { Clock } from '../../shared/clock.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { UserRow } from '../../shared/protocol/rows.ts'
import type { UpFrame } from '../../shared/protocol/up.ts'
import type { Bus } from '../bus/bus.ts'
import type { Roster } from '../campus/roster.ts'
import type { Campus } from '../campus/types.ts'
import type { Store } from '../store/store.ts'
import { createAttendance } from './attendance.ts'
import { encode } from './campus-contract.ts'
import { findPeople } from './find-people.ts'
import { createGroupSizes } from './group-sizes.ts'
import { createPresence } from './presence.ts'
import type { LogListener } from './log-follower.ts'
import { createTyping, createTypingLimit, type Onlooker } from './typing.ts'

/*
 * What is only for now, as a socket has it: from its hello to its close its user is there, it says
 * that somebody types, and it looks at one conversation, some people, and perhaps the list of all. None of it touches the log.
 * A long poll has none of it: it neither tells of its user nor hears of others.
 */

export interface Attendee extends Onlooker {
  readonly sessionId: string
}

export interface Attended {
  /** A refusal when the frame is not taken; then what was watched before still is. Throws when the store is away. */
  take(frame: Extract<UpFrame, { type: 'typing' | 'watch' }>): Promise<Refusal | undefined>
  leave(): void
}

/** It hears of the log who came and went, and who lets others know what. */
export interface Signals extends Omit<LogListener<Campus>, 'onGone'> {
  /** A socket is there and said hello. */
  attend(attendee: Attendee): Attended
  close(): void
}

export function createSignals(options: {
  store: Store
  bus: Bus
  clock: Clock
  roster: Pick<Roster, 'find' | 'learn'>
  onLeft: (sessionId: string) => void
  onError: (error: unknown) => void
}): Signals {
  const { store, bus, clock, roster } = options
  const processId = randomUUID()
  const sockets = new Map<string, number>()
  /** Who has the list of all people on the screen. */
  const lookers = new Set<Attendee>()
  const sizes = createGroupSizes(async (conversationId) => {
    const { member_count: size } = await store.db
      .selectFrom('conversation')
      .select('member_count')
      .where('id', '=', conversationId)
      .executeTakeFirstOrThrow()
    return size
  })
  const typing = createTyping({ bus, roster, getSize: sizes.get })
  const attendance = createAttendance({
    processId,
    bus,
    clock,
    onChanged: (userId, goneAt) => presence.changeHere(userId, goneAt),
  })
  const presence = createPresence({
    processId,
    bus,
    clock,
    isHere: attendance.isHere,
    findPeople: (userIds) => findPeople(store.db, userIds),
    onError: options.onError,
  })

  /** In a crowd the log itself tells this of few: the others who look hear of it here. */
  function tell(person: UserRow): void {
    if (lookers.size === 0) return
    const frame = encode({ type: 'person', person })
    for (const looker of lookers) if (!looker.isFull()) looker.send(frame)
  }

  return {
    attend(attendee) {
      const { userId, sessionId } = attendee
      const go = attendance.come(userId)
      sockets.set(sessionId, (sockets.get(sessionId) ?? 0) + 1)
      const mayType = createTypingLimit(clock.now)
      let isThere = true
      return {
        async take(frame) {
          if (frame.type === 'typing') {
            const giveBack = mayType(frame.conversationId)
            if (giveBack === undefined) return undefined
            await roster.learn(userId)
            const refused = isThere ? await typing.say(userId, frame.conversationId) : undefined
            if (refused !== undefined) giveBack()
            return refused
          }
          await roster.learn(userId)
          if (!isThere) return undefined
          const refused = typing.watch(attendee, frame.conversationId)
          if (refused !== undefined) return refused
          presence.watch(attendee, frame.userIds)
          if (frame.people === true) lookers.add(attendee)
          else lookers.delete(attendee)
          return undefined
        },
        leave() {
          if (!isThere) return
          isThere = false
          typing.watch(attendee, null)
          presence.watch(attendee, [])
          lookers.delete(attendee)
          go()
          const others = (sockets.get(sessionId) ?? 1) - 1
          if (others > 0) sockets.set(sessionId, others)
          else {
            sockets.delete(sessionId)
            options.onLeft(sessionId)
          }
        },
      }
    },
    onBatch({ rows }) {
      for (const { row, audience } of rows) {
        if (row.type === 'member') sizes.forget(row.conversationId)
        else if (row.type === 'user' && audience.kind === 'circle') tell(row)
        else if (row.type === 'preference' && audience.kind === 'user') {
          presence.choose(audience.userId, row.seq, row.presence)
        } else if (row.type === 'block' && audience.kind === 'user') {
          presence.block(audience.userId, row.userId, row.blocked)
        }
      }
    },
    onLost() {
      sizes.clear()
      presence.reload()
    },
    close() {
      typing.close()
      attendance.close()
      presence.close()
    },
  }
}
