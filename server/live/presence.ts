import type { Clock } from '../../shared/clock.ts'
import type { DownFrame } from '../../shared/protocol/down.ts'
import { toStep } from '../accounts/session-life.ts'
import type { Bus } from '../bus/bus.ts'
import { presence as presenceChannel, presenceAsked } from '../bus/channels.ts'
import { encode } from './campus-contract.ts'
import type { FoundPerson } from './find-people.ts'
import type { Onlooker } from './typing.ts'

/*
 * How the people are at whom sockets of this process look. Who has a socket here is known here
 * (attendance); of the other processes it is asked, and asked again for as long as somebody looks:
 *
 *     this process                            every other process
 *        │ presence asked [people] ───────────────▶ │  remembers for a while that they are asked about
 *        │ ◀─────────── presence [those with me]    │
 *        │        … every ASK_EVERY_MS …            │
 *        │ ◀─────────── presence [one who came, or went at …]  at once
 *        ✕ silent for FORGOTTEN_AFTER_MS: it died; whom it had went when it was last heard
 *
 * What is sent of somebody, once the database said whether they let others know it:
 *
 *     a process has them        there
 *     none has                  away, once all had ANSWERS_WITHIN_MS to say so
 *     they do not let know, or
 *     the onlooker does not, or
 *     one blocked the other     unknown, whatever happens, so that no change can be inferred from it
 *
 * A question and a statement are for all whom somebody began to look at while the statement before was
 * under way, however many sockets look; a change costs a frame for each socket that looks, and nothing
 * when nobody does.
 */

export interface Presence {
  /** Tells this socket how each of these people is, and again whenever it changes; instead of those before. */
  watch(onlooker: Onlooker, userIds: readonly string[]): void
  /** Somebody came here, or their last socket here went at `goneAt`. */
  changeHere(userId: string, goneAt: number | null): void
  /** Somebody chose whether they let others know. */
  choose(userId: string, seq: number, presence: boolean): void
  /** Somebody blocked another, or let them in again. */
  block(userId: string, otherId: string, isBlocked: boolean): void
  /** Choices may have been missed: everybody's is read again. */
  reload(): void
  close(): void
}

export const ASK_EVERY_MS = 15_000
/** More than three times as long: two answers in a row may be lost. */
export const FORGOTTEN_AFTER_MS = 50_000
export const ANSWERS_WITHIN_MS = 500
/** People in one question, and in one statement. */
const PEOPLE_AT_ONCE = 1_000

interface Watcher {
  onlooker: Onlooker
  own: Person
  /** Whom it watches, and the frame that it was sent last of each. */
  sent: Map<Person, Buffer | undefined>
}

type State = Extract<DownFrame, { type: 'presence' }>['state']

/** Somebody who is watched, or watches. */
interface Person {
  readonly userId: string
  readonly watchers: Set<Watcher>
  /** Their own sockets that watch. */
  readonly own: Set<Watcher>
  isLoaded: boolean
  preferenceSeq: number
  letsKnow: boolean
  /** Whom they blocked. */
  blocked: Set<string>
  /** What changed of that while they are being loaded. */
  readonly blockedMeanwhile: Map<string, boolean>
  lastSeenAt: number | null
  /** Which other processes have them, and when each said so last. */
  readonly processes: Map<string, number>
  /** When all processes have had their time to answer; undefined until they are asked. */
  answeredAt: number | undefined
  /** Encoded once for all sockets. */
  readonly frames: Map<State, Buffer>
}

export function createPresence(options: {
  processId: string
  bus: Bus
  clock: Clock
  isHere: (userId: string) => boolean
  findPeople: (userIds: readonly string[]) => Promise<FoundPerson[]>
  onError: (error: unknown) => void
}): Presence {
  const { processId, bus, clock } = options
  const people = new Map<string, Person>()
  const watchers = new Map<Onlooker, Watcher>()
  const unloaded = new Set<Person>()
  const unasked = new Set<Person>()
  let isGathering = false
  let reloads = 0
  let stopBeating: (() => void) | undefined

  function takePerson(userId: string): Person {
    const known = people.get(userId)
    if (known !== undefined) return known
    const person: Person = {
      userId,
      watchers: new Set(),
      own: new Set(),
      isLoaded: false,
      preferenceSeq: -1,
      letsKnow: false,
      blocked: new Set(),
      blockedMeanwhile: new Map(),
      lastSeenAt: null,
      processes: new Map(),
      answeredAt: undefined,
      frames: new Map(),
    }
    people.set(userId, person)
    unloaded.add(person)
    return person
  }

  function letGo(person: Person): void {
    if (person.watchers.size > 0) return
    person.processes.clear()
    person.answeredAt = undefined
    unasked.delete(person)
    if (person.own.size > 0) return
    people.delete(person.userId)
    unloaded.delete(person)
  }

  function findState(watcher: Watcher, person: Person): State | undefined {
    if (!watcher.own.isLoaded || !person.isLoaded) return undefined
    if (!watcher.own.letsKnow || !person.letsKnow) return 'unknown'
    if (person.blocked.has(watcher.own.userId) || watcher.own.blocked.has(person.userId)) return 'unknown'
    if (options.isHere(person.userId) || person.processes.size > 0) return 'there'
    return person.answeredAt !== undefined && person.answeredAt <= clock.now() ? 'away' : undefined
  }

  function getFrame(person: Person, state: State): Buffer {
    const known = person.frames.get(state)
    if (known !== undefined) return known
    const lastSeenAt = state === 'away' ? person.lastSeenAt : null
    const frame = encode({ type: 'presence', userId: person.userId, state, lastSeenAt })
    person.frames.set(state, frame)
    return frame
  }

  function notify(watcher: Watcher, person: Person): void {
    const state = findState(watcher, person)
    if (state === undefined) return
    const frame = getFrame(person, state)
    if (watcher.sent.get(person) === frame) return
    watcher.sent.set(person, frame)
    watcher.onlooker.send(frame)
  }

  function notifyWatchers(person: Person): void {
    for (const watcher of person.watchers) notify(watcher, person)
  }

  /** Of the person, and to the person: both rest on what they let others know. */
  function notifyAround(person: Person): void {
    notifyWatchers(person)
    for (const watcher of person.own) for (const other of watcher.sent.keys()) notify(watcher, other)
  }

  function see(person: Person, at: number | null): void {
    if (at === null || at <= (person.lastSeenAt ?? 0)) return
    person.lastSeenAt = at
    person.frames.delete('away')
  }

  function choose(person: Person, seq: number, presence: boolean): void {
    if (seq <= person.preferenceSeq) return
    person.preferenceSeq = seq
    person.letsKnow = presence
  }

  /** Asks and loads all who have gathered, one statement at a time. Whoever cannot be loaded now is at the next beat. */
  async function gather(): Promise<void> {
    if (isGathering) return
    isGathering = true
    try {
      while (unasked.size > 0 || unloaded.size > 0) {
        ask([...unasked])
        await load([...unloaded].slice(0, PEOPLE_AT_ONCE))
      }
    } catch (error) {
      options.onError(error)
    } finally {
      isGathering = false
    }
  }

  async function load(some: readonly Person[]): Promise<void> {
    if (some.length === 0) return
    const before = reloads
    const found = await options.findPeople(some.map(({ userId }) => userId))
    // Everybody waits again to be loaded, by a statement that sees what this one may have missed.
    if (before !== reloads) return
    const byId = new Map(found.map((one) => [one.userId, one]))
    for (const person of some) {
      const { preferenceSeq = 0, presence = false, lastSeenAt = null, blocked = [] } = byId.get(person.userId) ?? {}
      choose(person, preferenceSeq, presence)
      see(person, lastSeenAt)
      person.blocked = new Set(blocked)
      // What was heard meanwhile is as new as what was read, or newer.
      for (const [otherId, isBlocked] of person.blockedMeanwhile) toggle(person.blocked, otherId, isBlocked)
      person.blockedMeanwhile.clear()
      person.isLoaded = true
      unloaded.delete(person)
    }
    some.forEach(notifyAround)
  }

  function ask(some: readonly Person[]): void {
    const fresh = some.filter((person) => person.answeredAt === undefined)
    for (const person of fresh) person.answeredAt = clock.now() + ANSWERS_WITHIN_MS
    for (const person of some) unasked.delete(person)
    for (let from = 0; from < some.length; from += PEOPLE_AT_ONCE) {
      const userIds = some.slice(from, from + PEOPLE_AT_ONCE).map(({ userId }) => userId)
      bus.publish(presenceAsked, { processId, userIds })
    }
    if (fresh.length > 0) clock.after(ANSWERS_WITHIN_MS, () => fresh.forEach(notifyWatchers))
  }

  function beat(): void {
    stopBeating = clock.after(ASK_EVERY_MS, beat)
    const watched = [...people.values()].filter((person) => person.watchers.size > 0)
    for (const person of watched) {
      for (const [process, heardAt] of person.processes) {
        if (heardAt > clock.now() - FORGOTTEN_AFTER_MS) continue
        person.processes.delete(process)
        see(person, toStep(heardAt))
        notifyWatchers(person)
      }
    }
    ask(watched)
    void gather()
  }

  function begin(watcher: Watcher): void {
    watchers.set(watcher.onlooker, watcher)
    watcher.own.own.add(watcher)
    for (const person of watcher.sent.keys()) {
      person.watchers.add(watcher)
      if (person.answeredAt === undefined) unasked.add(person)
    }
    stopBeating ??= clock.after(ASK_EVERY_MS, beat)
  }

  function end(watcher: Watcher): void {
    watchers.delete(watcher.onlooker)
    watcher.own.own.delete(watcher)
    letGo(watcher.own)
    if (watchers.size > 0) return
    stopBeating?.()
    stopBeating = undefined
  }

  const stopListening = bus.listen(presenceChannel, (signal) => {
    if (signal.processId === processId) return
    for (const userId of signal.userIds) {
      const person = people.get(userId)
      if (person === undefined || person.watchers.size === 0) continue
      if (signal.goneAt === null) person.processes.set(signal.processId, clock.now())
      else person.processes.delete(signal.processId)
      see(person, signal.goneAt)
      notifyWatchers(person)
    }
  })

  return {
    watch(onlooker, userIds) {
      const known = watchers.get(onlooker)
      if (known === undefined && userIds.length === 0) return
      const watcher: Watcher = known ?? { onlooker, own: takePerson(onlooker.userId), sent: new Map() }
      const before = [...watcher.sent.keys()]
      watcher.sent = new Map([...new Set(userIds)].map((userId) => [takePerson(userId), undefined]))
      if (watcher.sent.size > 0) begin(watcher)
      else end(watcher)
      for (const person of before) {
        if (!watcher.sent.has(person)) person.watchers.delete(watcher)
        letGo(person)
      }
      for (const person of watcher.sent.keys()) notify(watcher, person)
      void gather()
    },
    changeHere(userId, goneAt) {
      const person = people.get(userId)
      if (person === undefined) return
      see(person, goneAt)
      notifyWatchers(person)
    },
    choose(userId, seq, presence) {
      const person = people.get(userId)
      if (person === undefined) return
      choose(person, seq, presence)
      notifyAround(person)
    },
    block(userId, otherId, isBlocked) {
      const person = people.get(userId)
      if (person === undefined) return
      if (unloaded.has(person)) person.blockedMeanwhile.set(otherId, isBlocked)
      toggle(person.blocked, otherId, isBlocked)
      notifyAround(person)
    },
    reload() {
      reloads += 1
      for (const person of people.values()) {
        person.preferenceSeq = -1
        person.blockedMeanwhile.clear()
        unloaded.add(person)
      }
      void gather()
    },
    close() {
      stopListening()
      stopBeating?.()
    },
  }
}

function toggle(people: Set<string>, userId: string, isIn: boolean): void {
  if (isIn) people.add(userId)
  else people.delete(userId)
}
