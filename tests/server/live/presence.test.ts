import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { CAMPUS_TABLES } from '../../../server/campus/kind.ts'
import { SEEN_STEP_MS, toStep, untilNextStep } from '../../../server/accounts/session-life.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import type { FoundPerson } from '../../../server/live/find-people.ts'
import { ANSWERS_WITHIN_MS, ASK_EVERY_MS, createPresence, FORGOTTEN_AFTER_MS } from '../../../server/live/presence.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, dump, setPreference } from '../../support/campus.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { startCampusLive } from '../../support/live.ts'
import { attend, type Process, startProcess, type TestAttendee } from '../../support/process.ts'
import { putBack } from '../../support/put-back.ts'
import { waitFor } from '../../support/wait-for.ts'

let backend: Backend
let campus: Campus
let clock: FakeClock
/** Two server processes on one bus. */
let here: Process
let far: Process
let ann: string
let ben: string
let cleo: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  cleo = await campus.register('Cleo')
  clock = createFakeClock()
  here = await startProcess(backend, campus.bus, clock)
  far = await startProcess(backend, campus.bus, clock)
})
afterEach(() => {
  here.close()
  far.close()
  expect([...here.errors, ...far.errors]).toEqual([])
})

interface Screen extends TestAttendee {
  watch(...userIds: string[]): Promise<void>
  /** What it was told since the last time, once it was told so many things. */
  told(count: number): Promise<unknown[]>
}

/** A socket of somebody. */
function connect(userId: string, process: Pick<Process, 'hub' | 'signals'> = here, sessionId?: string): Screen {
  const attendee = attend(process, userId, sessionId === undefined ? {} : { sessionId })
  return {
    ...attendee,
    async watch(...userIds) {
      expect(await attendee.attended.take({ type: 'watch', conversationId: null, userIds })).toBeUndefined()
    },
    told(count) {
      const fresh: unknown[] = []
      return waitFor(`${count} frames`, () => {
        fresh.push(...attendee.take())
        return fresh.length >= count ? fresh : undefined
      })
    },
  }
}
/** A socket that has been told all there is to tell of these people. */
async function watchFrom(userId: string, watched: string[], process = here): Promise<Screen> {
  const screen = connect(userId, process)
  await screen.watch(...watched)
  await settle()
  clock.advance(ANSWERS_WITHIN_MS)
  await screen.told(new Set(watched).size)
  return screen
}
const there = (userId: string) => ({ type: 'presence', userId, state: 'there', lastSeenAt: null })
const unknown = (userId: string) => ({ type: 'presence', userId, state: 'unknown', lastSeenAt: null })
const away = (userId: string, lastSeenAt: number | null) => ({ type: 'presence', userId, state: 'away', lastSeenAt })
/** Lets everything that is ready happen, the database's answers too. */
const settle = async () => {
  for (let turn = 0; turn < 15; turn += 1) await backend.store.db.selectFrom('log').select('head').execute()
  await new Promise((resolve) => setImmediate(resolve))
}
const addSession = (userId: string, lastSeenAt: number) =>
  backend.store.db
    .insertInto('session')
    .values({
      id: uuidv7(),
      user_id: userId,
      secret_hash: '',
      device: 'A device',
      created_at: 1,
      last_seen_at: lastSeenAt,
      cursor_seq: 0,
      synced_at: null,
    })
    .execute()
const choose = (userId: string, presence: boolean) => campus.accept(userId, setPreference({ presence }))
const wordsOf = (process: Process, kind: string) => process.words.filter((word) => word.kind === kind)
const aboutPeople = (process: Process) => process.statements.filter((statement) => /["`]session["`]/.test(statement))

test('who is there is told at once, who is away when all have had their time to answer, and of a stranger nothing', async () => {
  const [dora, eve] = [await campus.register('Dora'), await campus.register('Eve')]
  await addSession(cleo, 1_000)
  await addSession(cleo, 3_000)
  await addSession(cleo, 2_000)
  await addSession(dora, 4_000)
  await choose(dora, false)
  const nobody = uuidv7()
  connect(ann, far)
  const screen = connect(ben)
  await screen.watch(ann, ben, cleo, dora, eve, nobody, ann)
  expect(await screen.told(4)).toEqual([there(ben), there(ann), unknown(dora), unknown(nobody)])
  await settle()
  clock.advance(ANSWERS_WITHIN_MS - 1)
  expect(screen.take()).toEqual([])
  clock.advance(1)
  expect(screen.take()).toEqual([away(cleo, 3_000), away(eve, null)])
})
test('coming and going is told to those who look, and to nobody else', async () => {
  const screen = await watchFrom(ben, [ann])
  const other = await watchFrom(ben, [cleo])
  const socket = connect(ann)
  expect(screen.take()).toEqual([there(ann)])
  clock.advance(1_000)
  socket.leave()
  const goneAt = toStep(clock.now())
  clock.advance(untilNextStep(clock.now()) - 1)
  expect(screen.take()).toEqual([])
  clock.advance(1)
  expect(screen.take()).toEqual([away(ann, goneAt)])
  expect(other.take()).toEqual([])
})
test('all who leave in one step are gone at once, and when each left is told to nobody', async () => {
  const screen = await watchFrom(ben, [ann, cleo])
  const sockets = [connect(ann), connect(cleo)]
  screen.take()
  clock.advance(untilNextStep(clock.now()))
  const step = clock.now()
  for (const socket of sockets) {
    clock.advance(SEEN_STEP_MS / 3)
    socket.leave()
  }
  clock.advance(untilNextStep(clock.now()) - 1)
  expect(screen.take()).toEqual([])
  clock.advance(1)
  expect(screen.take()).toEqual([away(ann, step), away(cleo, step)])
})
test('whoever leaves as a step ends, so that it may be a reload, is gone with those of the next one', async () => {
  const screen = await watchFrom(ben, [ann])
  const socket = connect(ann)
  screen.take()
  clock.advance(untilNextStep(clock.now()) - 1)
  const step = toStep(clock.now())
  socket.leave()
  clock.advance(SEEN_STEP_MS)
  expect(screen.take()).toEqual([])
  clock.advance(1)
  expect(screen.take()).toEqual([away(ann, step + SEEN_STEP_MS)])
})
test('nothing of it is kept', async () => {
  const before = await dump(backend.store)
  const screen = await watchFrom(ben, [ann, cleo])
  connect(ann).leave()
  clock.advance(SEEN_STEP_MS)
  expect(screen.take()).toHaveLength(2)
  expect(await dump(backend.store)).toEqual(before)
})
test('a reload, a reconnect at another process and one device of two going do not flicker', async () => {
  const first = connect(ann)
  const screen = await watchFrom(ben, [ann])
  first.leave()
  clock.advance(untilNextStep(clock.now()) - 1)
  const second = connect(ann)
  clock.advance(SEEN_STEP_MS * 2)
  second.leave()
  const third = connect(ann, far)
  clock.advance(SEEN_STEP_MS * 2)
  const fourth = connect(ann, far)
  third.leave()
  clock.advance(SEEN_STEP_MS * 2)
  expect(screen.take()).toEqual([])
  fourth.leave()
  const goneAt = toStep(clock.now()) + SEEN_STEP_MS
  clock.advance(SEEN_STEP_MS + 1)
  expect(screen.take()).toEqual([away(ann, goneAt)])
})
test('whoever is at two processes is away when the last socket anywhere went', async () => {
  const [one, other] = [connect(ann), connect(ann, far)]
  const screen = await watchFrom(ben, [ann])
  other.leave()
  clock.advance(2 * SEEN_STEP_MS)
  one.leave()
  const goneAt = toStep(clock.now())
  clock.advance(SEEN_STEP_MS)
  expect(screen.take()).toEqual([away(ann, goneAt)])
})
test('who comes at a process that was asked is there at once, who comes at one that was not, with its next answer', async () => {
  const screen = await watchFrom(ben, [ann, cleo])
  connect(ann, far)
  expect(screen.take()).toEqual([there(ann)])
  const third = await startProcess(backend, campus.bus, clock)
  connect(cleo, third)
  expect(screen.take()).toEqual([])
  clock.advance(ASK_EVERY_MS)
  expect(screen.take()).toEqual([there(cleo)])
  third.close()
})
test('a process that dies without a word is forgotten after its time, and whom it had went when it was last heard', async () => {
  connect(ann, far)
  connect(cleo, far)
  connect(cleo)
  const screen = await watchFrom(ben, [ann, cleo])
  clock.advance(ASK_EVERY_MS * 10)
  expect(screen.take()).toEqual([])
  const heardAt = toStep(clock.now() - ANSWERS_WITHIN_MS)
  far.die()
  clock.advance(FORGOTTEN_AFTER_MS - ASK_EVERY_MS)
  expect(screen.take()).toEqual([])
  clock.advance(ASK_EVERY_MS * 2)
  expect(screen.take()).toEqual([away(ann, heardAt)])
})
test('a bus that is silent for two questions makes nobody go', async () => {
  connect(ann, far)
  const screen = await watchFrom(ben, [ann])
  here.isDeaf = true
  clock.advance(ASK_EVERY_MS * 2)
  here.isDeaf = false
  clock.advance(ASK_EVERY_MS * 10)
  expect(screen.take()).toEqual([])
})
test('who comes and goes here is known here without the bus', async () => {
  const socket = connect(ann)
  await watchFrom(cleo, [ann], far)
  const screen = await watchFrom(ben, [ann])
  clock.advance(ASK_EVERY_MS)
  here.isDeaf = true
  socket.leave()
  const goneAt = toStep(clock.now())
  clock.advance(SEEN_STEP_MS)
  connect(ann)
  expect(screen.take()).toEqual([away(ann, goneAt), there(ann)])
})
test('what was heard of somebody before nobody looked at them any more counts for nothing', async () => {
  const [benFar, benHere] = [connect(ben, far), await watchFrom(ben, [cleo])]
  const screen = await watchFrom(ann, [ben])
  await screen.watch()
  benFar.leave()
  clock.advance(SEEN_STEP_MS)
  await screen.watch(ben)
  expect(await screen.told(1)).toEqual([there(ben)])
  benHere.leave()
  const goneAt = toStep(clock.now())
  clock.advance(SEEN_STEP_MS)
  expect(screen.take()).toEqual([away(ben, goneAt)])
})
test('a new screen is answered whole, and hears no more of those who were on the one before', async () => {
  connect(ann)
  const screen = await watchFrom(ben, [ann, cleo])
  await screen.watch(ann)
  expect(screen.take()).toEqual([there(ann)])
  connect(cleo)
  expect(screen.take()).toEqual([])
  await screen.watch(cleo)
  expect(await screen.told(1)).toEqual([there(cleo)])
  await screen.watch()
  expect(screen.take()).toEqual([])
})
test('of screens that follow each other quickly only the last counts', async () => {
  connect(ann)
  connect(cleo)
  const screen = connect(ben)
  await Promise.all([screen.watch(ann), screen.watch(uuidv7()), screen.watch(cleo)])
  expect(await screen.told(1)).toEqual([there(cleo)])
  await settle()
  expect(screen.take()).toEqual([])
  expect(here.words.map(({ userIds }) => userIds)).toEqual([[ann], [cleo]])
})
test('after its close nothing is told to a socket, and nothing is left running when nobody looks', async () => {
  const idle = clock.waiting()
  const screen = await watchFrom(ben, [ann])
  screen.leave()
  clock.advance(SEEN_STEP_MS)
  await settle()
  expect(clock.waiting()).toBe(idle)
  const words = here.words.length
  connect(ann)
  clock.advance(ASK_EVERY_MS * 5)
  expect(here.words).toHaveLength(words)
  expect(screen.take()).toEqual([])
})
test('a long poll tells nobody that its user is there', async () => {
  const screen = await watchFrom(ben, [ann])
  const controller = new AbortController()
  const done = here.hub.waitForNews({ userId: ann }, await campus.head(), controller.signal)
  await settle()
  expect(screen.take()).toEqual([])
  controller.abort()
  await done
})

test('who stops letting others know is unknown to all and all are to them, at once, and the other way round', async () => {
  connect(cleo)
  connect(ben, far)
  const annLooks = await watchFrom(ann, [ben, cleo])
  const benLooks = await watchFrom(ben, [ann, cleo], far)
  await choose(ann, false)
  expect(annLooks.take()).toEqual([unknown(ben), unknown(cleo)])
  expect(benLooks.take()).toEqual([unknown(ann)])
  await choose(ann, true)
  expect(annLooks.take()).toEqual([there(ben), there(cleo)])
  expect(benLooks.take()).toEqual([there(ann)])
})
test('of who does not let others know no coming or going can be told, nor to them', async () => {
  const [dora, eve] = [await campus.register('Dora'), await campus.register('Eve')]
  await choose(dora, false)
  await choose(eve, false)
  const annLooks = await watchFrom(ann, [dora])
  const eveLooks = await watchFrom(eve, [ben])
  const sockets = [connect(dora), connect(dora, far), connect(ben)]
  for (const socket of sockets) socket.leave()
  clock.advance(ASK_EVERY_MS * 2)
  expect([...annLooks.take(), ...eveLooks.take()]).toEqual([])
})

/** Presence alone, with everybody here, whose statements the test answers. */
function createAlone() {
  const answers: ((people: FoundPerson[]) => void)[] = []
  const frames: unknown[] = []
  const presence = createPresence({
    processId: 'alone',
    bus: createMemoryBus(),
    clock,
    isHere: () => true,
    findPeople: () => new Promise((resolve) => answers.push(resolve)),
    onError: (error) => here.errors.push(error),
  })
  const send = (frame: Buffer) => frames.push(JSON.parse(frame.toString()))
  presence.watch({ userId: ben, isFull: () => false, send }, [ann])
  const answer = async (preferenceSeq: number, isKnown: boolean) => {
    const rest = { preferenceSeq, lastSeenAt: null, blocked: [] }
    answers.shift()?.([
      { ...rest, userId: ann, presence: isKnown },
      { ...rest, userId: ben, presence: true },
    ])
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { presence, frames, answer }
}

test('a choice that is heard while an older one is read counts', async () => {
  const { presence, frames, answer } = createAlone()
  presence.choose(ann, 7, false)
  expect(frames).toEqual([])
  await answer(5, true)
  expect(frames).toEqual([unknown(ann)])
  presence.choose(ann, 6, true)
  expect(frames).toEqual([unknown(ann)])
  presence.close()
})
test('what was read before the log was lost counts for nothing', async () => {
  const { presence, frames, answer } = createAlone()
  presence.reload()
  await answer(9, true)
  expect(frames).toEqual([])
  await answer(5, true)
  expect(frames).toEqual([there(ann)])
  // The log of a restored backup is behind what was heard of the one before.
  presence.reload()
  await answer(3, false)
  expect(frames).toEqual([there(ann), unknown(ann)])
  presence.close()
})
test('a choice whose news was lost with the log is read again', async () => {
  connect(ann)
  const screen = await watchFrom(ben, [ann])
  await backend.store.db.insertInto('preference').values({ user_id: ann, seq: 900_000, seen: 1, presence: 0 }).execute()
  await putBack(backend.store, CAMPUS_TABLES, CAMPUS_LOG, await campus.head())
  clock.advance(1_000)
  expect(await screen.told(1)).toEqual([unknown(ann)])
})
test('when the database is away nobody is told anything, and everything once it is back', async () => {
  let isDown = false
  const { db } = backend.store
  const store = {
    ...backend.store,
    get db() {
      if (isDown) throw new Error('gone')
      return db
    },
  }
  const errors: unknown[] = []
  const process = await startCampusLive({ store, bus: campus.bus, clock, onError: (error) => errors.push(error) })
  const screen = connect(ben, process)
  await screen.follower.resume(process.hub.position.head)
  connect(ann)
  isDown = true
  await screen.watch(ann)
  expect(errors).toMatchObject([{ message: 'gone' }])
  expect(screen.take()).toEqual([])
  isDown = false
  clock.advance(ASK_EVERY_MS)
  await waitFor('the word', () => screen.frames.find(({ type }) => type === 'presence'))
  expect(screen.take()).toEqual([there(ann)])
  process.close()
})
test('when the last socket of a session goes it is told so, once', () => {
  const [one, other, second] = [connect(ann, here, 'one'), connect(ann, here, 'one'), connect(ann, here, 'second')]
  one.leave()
  one.leave()
  expect(here.left).toEqual([])
  second.leave()
  other.leave()
  expect(here.left).toEqual(['second', 'one'])
})

test('with 10,000 people connected and three who look, a coming or going costs three frames and one word', async () => {
  for (let count = 0; count < 10_000; count += 1) connect(`somebody-${count}`, count % 2 === 0 ? here : far)
  expect([...here.words, ...far.words, ...aboutPeople(here), ...aboutPeople(far)]).toEqual([])
  // Else who is looked at is asked about in the very moment in which a step ends.
  clock.advance(1_000)
  const screens = [await watchFrom(ben, [ann]), await watchFrom(ben, [ann]), await watchFrom(cleo, [ann])]
  expect(here.words).toEqual([{ kind: 'asked', userIds: [ann] }])
  for (const process of [here, far]) {
    process.words.length = 0
    process.statements.length = 0
  }
  const socket = connect(ann, far)
  connect(ann, far).leave()
  expect(screens.map((screen) => screen.take())).toEqual([[there(ann)], [there(ann)], [there(ann)]])
  expect(wordsOf(far, 'presence')).toEqual([{ kind: 'presence', userIds: [ann] }])
  socket.leave()
  const awayNow = away(ann, toStep(clock.now()))
  clock.advance(untilNextStep(clock.now()) - 1)
  far.words.length = 0
  clock.advance(1)
  expect(screens.map((screen) => screen.take())).toEqual([[awayNow], [awayNow], [awayNow]])
  expect(far.words).toEqual([{ kind: 'presence', userIds: [ann] }])
  expect([...wordsOf(here, 'presence'), ...aboutPeople(here), ...aboutPeople(far)]).toEqual([])
})
test('a frame is encoded once for all sockets that get it', async () => {
  const frames: Buffer[] = []
  for (let socket = 0; socket < 10; socket += 1) {
    const { attended } = attend(here, ben, { onFrame: (frame) => frames.push(frame) })
    await attended.take({ type: 'watch', conversationId: null, userIds: [ann] })
  }
  await settle()
  connect(ann)
  await waitFor('a frame on each socket', () => frames.length >= 10 || undefined)
  await settle()
  expect(frames).toHaveLength(10)
  expect(new Set(frames).size).toBe(1)
})
test('a hundred people on one screen are one question and one statement, and one of each again for whoever gathers meanwhile', async () => {
  const people = await Promise.all(Array.from({ length: 100 }, () => campus.register()))
  const sockets = Array.from({ length: 20 }, (_, index) => connect(people[index] ?? ''))
  for (const { follower } of sockets) await follower.resume(here.hub.position.head)
  here.statements.length = 0
  await sockets[0]?.watch(...people)
  await sockets[0]?.told(20)
  expect(here.words.map(({ userIds }) => userIds.length)).toEqual([100])
  expect(here.statements).toHaveLength(1)
  const more = await Promise.all(Array.from({ length: 19 }, () => campus.register()))
  here.statements.length = 0
  await Promise.all(sockets.slice(1).map((socket, index) => socket.watch(more[index] ?? '', ...people)))
  await settle()
  expect(here.words.map(({ userIds }) => userIds.length)).toEqual([100, 1, 18])
  expect(aboutPeople(here)).toHaveLength(2)
})
test('who is looked at is asked about every 15 seconds, however many look, and answered in one word', async () => {
  const people = await Promise.all(Array.from({ length: 30 }, () => campus.register()))
  for (const userId of people) connect(userId, far)
  for (let count = 0; count < 10; count += 1) await connect(ben).watch(...people)
  await settle()
  here.words.length = 0
  far.words.length = 0
  clock.advance(ASK_EVERY_MS * 4)
  expect(here.words).toEqual(Array.from({ length: 4 }, () => ({ kind: 'asked', userIds: people })))
  expect(far.words).toEqual(Array.from({ length: 4 }, () => ({ kind: 'presence', userIds: people })))
})
