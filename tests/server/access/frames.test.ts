import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as v from 'valibot'
import { CLOSE } from '../../../shared/protocol/errors.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { upFrame } from '../../../shared/protocol/up.ts'
import { classroomUpFrame } from '../../../shared/classroom/frames.ts'
import { CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { send } from '../../support/campus.ts'
import { everybody, type Gets, signedIn } from './gets.ts'
import { type Caller, CALLERS, createWorld, listTold, type World } from './world.ts'

/* What every kind of caller gets of every frame, on each of the three sockets. */

let backend: Backend
let world: World
beforeAll(async () => {
  backend = await createBackend()
  world = await createWorld(backend.store, 'w')
})
afterAll(async () => {
  await world.close()
  await backend.dispose()
})

interface Heard {
  /** The types of the frames that came, or the code with which it closed. */
  outcome: string
  content: string
}

/** Says frames, and hears until a frame of one of these types came, or it closed. */
async function hear(path: string, caller: Caller, frames: readonly object[], until: readonly string[]): Promise<Heard> {
  const { cookie } = world.people[caller]
  const origin = `http://127.0.0.1:${world.server.port}`
  const headers = { origin, ...(cookie !== undefined && { cookie }) }
  const socket = new WebSocket(`ws://127.0.0.1:${world.server.port}${path}`, { headers })
  const heard: string[] = []
  const outcome = await new Promise<string>((resolve, reject) => {
    socket.on('open', () => frames.forEach((frame) => socket.send(JSON.stringify(frame))))
    socket.on('message', (data: Buffer) => {
      heard.push(data.toString())
      const { type } = JSON.parse(data.toString()) as { type: string }
      if (until.includes(type)) resolve(type)
    })
    socket.on('close', (code) => resolve(String(code)))
    socket.on('error', reject)
  })
  socket.terminate()
  return { outcome, content: heard.join('\n') }
}

const closedToOthers = (outcome: string, others: Partial<Gets> = {}) => ({
  ...signedIn(outcome),
  ...Object.fromEntries((['stranger', 'asker', 'expired'] as const).map((caller) => [caller, `${CLOSE.notSignedIn}`])),
  suspended: String(CLOSE.suspended),
  ...others,
})

interface Row {
  gets: Gets
  frames: (world: World, caller: Caller) => object[]
  /** The first of these that comes is what they get. */
  until: (caller: Caller) => readonly string[]
}

/** The last version whose frames are text. */
const AS_TEXT = 4
const hello = (w: World, caller: Caller) => ({
  ...{ type: 'hello', protocol: AS_TEXT, account: w.people[caller].userId, log: CAMPUS_LOG },
  ...{ lineage: '', cursor: 0 },
})
const inGroup = (caller: Caller) => caller === 'creator' || caller === 'member'

const ON_CAMPUS: Record<string, Row> = {
  hello: {
    gets: closedToOthers('behind'),
    frames: (w, caller) => [hello(w, caller)],
    until: () => ['behind', 'live'],
  },
  resume: {
    gets: closedToOthers('live'),
    frames: (w, caller) => [hello(w, caller), { type: 'resume', log: CAMPUS_LOG, ...position }],
    until: () => ['live'],
  },
  command: {
    gets: closedToOthers('result'),
    frames: (w, caller) => [hello(w, caller), { type: 'command', command: send(EVERYONE_ID, 'hello') }],
    until: () => ['result'],
  },
  pong: {
    gets: closedToOthers('ping'),
    frames: (w, caller) => [hello(w, caller), { type: 'pong' }, { type: 'probe' }],
    until: () => ['ping'],
  },
  probe: {
    gets: closedToOthers('ping'),
    frames: (w, caller) => [hello(w, caller), { type: 'probe' }],
    until: () => ['ping'],
  },
  typing: {
    // Whoever is not in it is told so, a moment later than they are answered otherwise.
    gets: closedToOthers('denied', { creator: 'ping', member: 'ping' }),
    frames: (w, caller) => [hello(w, caller), { type: 'typing', conversationId: w.group }, { type: 'probe' }],
    until: (caller) => (inGroup(caller) ? ['denied', 'ping'] : ['denied']),
  },
  watch: {
    gets: closedToOthers('denied', { creator: 'presence', member: 'presence' }),
    frames: (w, caller) => [
      hello(w, caller),
      { type: 'watch', conversationId: w.group, userIds: [w.people.member.userId] },
    ],
    until: () => ['denied', 'presence'],
  },
}

const classroomHello = { type: 'hello', protocol: CLASSROOM_VERSION, lineage: '', cursor: 0 }
const IN_CLASSROOM: Record<string, { answer: string; frames: object[] }> = {
  hello: { answer: 'behind', frames: [classroomHello] },
  resume: { answer: 'behind', frames: [classroomHello, { type: 'resume', lineage: '', cursor: 0 }] },
  pong: { answer: 'ping', frames: [classroomHello, { type: 'pong' }, { type: 'probe' }] },
  probe: { answer: 'ping', frames: [classroomHello, { type: 'probe' }] },
}

let position: { lineage: string; cursor: number }
beforeAll(async () => {
  const { cookie } = world.people.newcomer
  const answer = await world.server.call('GET', '/api/pull?log=campus&lineage=&cursor=0', { cookie })
  const { lineage, head } = v.parse(v.object({ lineage: v.object({ id: v.string() }), head: v.number() }), answer.body)
  position = { lineage: lineage.id, cursor: head }
})

const typesOf = (options: readonly { entries: { type: { literal: string } } }[]) =>
  options.map(({ entries }) => entries.type.literal).sort()

test('every frame has its row, and every row its frame', () => {
  expect(Object.keys(ON_CAMPUS).sort()).toEqual(typesOf(upFrame.options))
  expect(Object.keys(IN_CLASSROOM).sort()).toEqual(typesOf(classroomUpFrame.options))
})

async function expectGets(path: string, { gets, frames, until }: Row): Promise<void> {
  const got: Partial<Gets> = {}
  const told: string[] = []
  for (const caller of CALLERS) {
    const { outcome, content } = await hear(path, caller, frames(world, caller), until(caller))
    got[caller] = outcome
    told.push(...listTold(content, caller).map((secret) => `${secret} to ${caller}`))
  }
  expect(got).toEqual(gets)
  expect(told).toEqual([])
}

test.each(Object.entries(ON_CAMPUS))('on the campus: %s', (_, row) => expectGets('/api/socket', row))

test.each(Object.entries(IN_CLASSROOM))('in a classroom: %s', async (_, { answer, frames }) => {
  const row = { frames: () => frames, until: () => [answer] }
  for (const path of ['socket', 'screen/socket']) {
    await expectGets(`/q/api/${world.classroom}/${path}`, { ...row, gets: everybody(answer) })
  }
  const ofStaff = { ...everybody(String(CLOSE.notSignedIn)), creator: answer, staff: answer }
  await expectGets(`/api/classrooms/${world.classroom}/socket`, { ...row, gets: ofStaff })
})
