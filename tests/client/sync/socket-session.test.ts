import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SocketSession } from '../../../client/sync/log/socket-session.ts'
import { CLOSE } from '../../../shared/protocol/errors.ts'
import { HEARTBEAT_MS } from '../../../shared/protocol/limits.ts'
import { packRowsFrame } from '../../../shared/protocol/packed/frames.ts'
import { packRows } from '../../../shared/protocol/packed/rows.ts'
import { ann, ben, commandId, entry, message, send } from '../data/example.ts'
import {
  accepted,
  behind,
  createScript,
  ended,
  live,
  openSession,
  page,
  ping,
  portal,
  refuse,
  result,
  rows,
  type Script,
} from './script.ts'
import { second, unreachable, welcome } from './script.ts'

let script: Script
let session: SocketSession
let lives: number
let progress: string[]

beforeEach(() => {
  script = createScript()
  script.at('l1', 10)
  lives = 0
  progress = []
})
afterEach(() => {
  session.close()
  expect(script.clock.waiting(), 'timers left behind').toBe(0)
})

function begin(): void {
  session = openSession(script, {
    onLive: () => (lives += 1),
    onProgress: (done, total) => progress.push(`${done} of ${total}`),
  })
}

/** A session that is live at cursor 10, its transcript so far taken. */
async function beLive(): Promise<void> {
  begin()
  await script.accept()
  await script.down(welcome(), live)
  await script.take()
  script.countTransactions()
}

async function ending() {
  return Promise.race([session.ended, script.take().then(() => 'still there')])
}

const queue = (...texts: string[]) => texts.map((text) => entry(send(text)))
const heldIds = () => [...script.disk.messages.rows.keys()]
const cursor = () => script.disk.position.cursor

describe('greeting', () => {
  test('a device says hello when the socket opens, and is live when the server says so', async () => {
    begin()
    expect(await script.take()).toEqual(['open'])
    await script.accept()
    expect(await script.take()).toEqual(['hello l1 10'])
    await script.down(welcome())
    expect(lives).toBe(0)
    await script.down(live)
    expect(lives).toBe(1)
    expect(await script.take()).toEqual([])
  })

  test('a device that never pulled says so, and catches up', async () => {
    script.at('', 0)
    begin()
    await script.accept()
    await script.down(welcome(), behind)
    expect(await script.take()).toEqual(['open', 'hello - 0', 'pull - 0'])
    await script.answer(page({ from: 0, to: 0, head: 9, next: 'page 2' }))
    await script.answer(page({ from: 0, to: 9 }))
    expect(await script.take()).toEqual(['pull l1 0 from page 2', 'resume l1 9'])
  })

  test('one who is behind pulls page by page and resumes where the last one ended', async () => {
    begin()
    await script.accept()
    await script.down(welcome(), behind)
    await script.answer(page({ from: 10, to: 20, head: 31, rows: [message(1, { seq: 20 })] }))
    await script.answer(page({ from: 20, to: 31 }))
    expect(await script.take()).toEqual(['open', 'hello l1 10', 'pull l1 10', 'pull l1 20', 'resume l1 31'])
    expect(progress).toEqual(['10 of 21'])
    await script.down(live, rows(31, 32, message(2)))
    expect(await script.take()).toEqual([])
    expect(heldIds()).toEqual([message(1).id, message(2).id])
  })

  test('put behind in the middle it pulls and resumes too', async () => {
    await beLive()
    await script.down(rows(10, 11), behind)
    await script.answer(page({ from: 11, to: 15 }))
    expect(await script.take()).toEqual(['pull l1 11', 'resume l1 15'])
  })

  const failures = [
    ['unreachable', unreachable],
    ['portal', portal],
    ['signed-out', refuse('not_signed_in')],
    ['outdated', refuse('protocol_version')],
  ] as const
  test.each(failures)('a pull that is %s ends the socket', async (why, answer) => {
    begin()
    await script.accept()
    await script.down(welcome(), behind)
    await script.answer(answer)
    expect((await script.take()).at(-1)).toBe('close')
    expect(await session.ended).toEqual({ why, greeted: true, refusedVersion: false })
  })
})

describe('rows', () => {
  test('are applied where they start at the cursor', async () => {
    await beLive()
    await script.down(rows(10, 12, message(1)))
    expect([cursor(), heldIds()]).toEqual([12, [message(1).id]])
  })

  test('that leave a gap are not, and lead to a pull', async () => {
    await beLive()
    await script.down(rows(12, 13, message(2)))
    expect([cursor(), heldIds()]).toEqual([10, []])
    expect(await script.take()).toEqual(['pull l1 10'])
    await script.answer(page({ from: 10, to: 13, rows: [message(1), message(2)] }))
    expect(await script.take()).toEqual(['resume l1 13'])
  })

  test('that are here already change nothing', async () => {
    await beLive()
    await script.down(rows(8, 9, message(1)))
    expect(await script.take()).toEqual([])
    expect(heldIds()).toEqual([])
  })

  test('of a burst cost one transaction', async () => {
    await beLive()
    const frames = Array.from({ length: 100 }, (_, index) => rows(11 + index, 12 + index, message(index + 2)))
    const letGo = script.slowDown()
    await script.down(rows(10, 11, message(1)))
    await script.down(...frames)
    expect(script.countTransactions()).toBe(1)
    letGo()
    await script.pass(50)
    expect(script.countTransactions()).toBe(1)
    expect([cursor(), heldIds().length]).toEqual([111, 101])
  })

  test('that come soon after others wait for those that come with them, the first ones for nothing', async () => {
    await beLive()
    await script.down(rows(10, 11, message(1)))
    expect([cursor(), script.countTransactions()]).toEqual([11, 1])
    for (let from = 11; from < 15; from += 1) {
      await script.pass(10)
      await script.down(rows(from, from + 1, message(from - 9)))
      expect(cursor()).toBe(11)
    }
    await script.pass(10)
    expect([cursor(), script.countTransactions(), heldIds().length]).toEqual([15, 1, 5])
  })

  test('that wait for others go with whatever else comes, and not at all once the socket is gone', async () => {
    await beLive()
    await script.down(rows(10, 11, message(1)), rows(11, 12, message(2)))
    await script.down(rows(12, 13, message(3)))
    expect(cursor()).toBe(12)
    await script.down(behind)
    expect(await script.take()).toEqual(['pull l1 13'])
    expect(cursor()).toBe(13)
  })

  test('that came while a gap was closed are applied from where the pull ended, with no other pull', async () => {
    await beLive()
    await script.down(rows(12, 13))
    await script.down(rows(13, 14, message(14)), rows(14, 15, message(15)), ping(15, 16), rows(16, 17, message(17)))
    await script.answer(page({ from: 10, to: 14, rows: [message(14)] }))
    await script.pass(50)
    expect(await script.take()).toEqual(['pull l1 10', 'pong 10', 'resume l1 14'])
    expect(cursor()).toBe(17)
    expect(heldIds()).toEqual([message(14), message(15), message(17)].map(({ id }) => id))
  })

  test('a ping is answered at once, and moves the cursor of one who is live', async () => {
    await beLive()
    await script.down(ping(10, 14))
    expect(await script.take()).toEqual(['pong 10'])
    expect(cursor()).toBe(14)
    await script.down(ping(null, null))
    expect(await script.take()).toEqual(['pong 14'])
  })

  test('a ping past the cursor tells of a silent loss', async () => {
    await beLive()
    await script.down(ping(11, 14))
    expect(await script.take()).toEqual(['pong 10', 'pull l1 10'])
  })

  test('are acknowledged only when they are on the disk', async () => {
    await beLive()
    const letGo = script.slowDown()
    await script.down(rows(10, 11, message(1)), ping(11, 11))
    expect(await script.take()).toEqual(['pong 10'])
    letGo()
    await script.take()
    await script.down(ping(11, 11))
    expect(await script.take()).toEqual(['pong 11'])
  })

  test('that the disk will not take end the socket, and the error is told', async () => {
    await beLive()
    script.disk.messages.bulkPut = () => Promise.reject(new Error('the disk is full'))
    await script.down(rows(10, 11, message(1)))
    expect(await ending()).toEqual({ why: 'closed', greeted: true, refusedVersion: false })
    expect(script.errors).toEqual([new Error('the disk is full')])
    expect(cursor()).toBe(10)
  })
})

describe('commands', () => {
  test('wait for the greeting, and go out in the order of writing', async () => {
    script.at('l1', 10, queue('one', 'two', 'three'))
    begin()
    session.flush()
    await script.accept()
    session.flush()
    expect(await script.take()).toEqual(['open', 'hello l1 10'])
    await script.down(welcome())
    expect(await script.take()).toEqual(['command one', 'command two', 'command three'])
  })

  test('go out also while behind, and each once on a socket', async () => {
    const [one] = queue('one')
    script.at('l1', 10, one && [one])
    begin()
    await script.accept()
    await script.down(welcome(), behind)
    session.flush()
    await script.answer(page({ from: 10, to: 12 }))
    await script.enqueue(send('two'))
    session.flush()
    expect(await script.take()).toEqual([
      ...['open', 'hello l1 10', 'command one', 'pull l1 10', 'resume l1 12', 'command two'],
    ])
  })

  test('at most 100 are unanswered, and each answer lets one more go', async () => {
    const entries = queue(...Array.from({ length: 250 }, (_, index) => `text ${index}`))
    script.at('l1', 10, entries)
    begin()
    await script.accept()
    await script.down(welcome(), live)
    const first = (await script.take()).filter((line) => line.startsWith('command'))
    expect(first).toEqual(entries.slice(0, 100).map((_, index) => `command text ${index}`))
    await script.down(...entries.slice(0, 2).map(({ id }, index) => result(accepted(id, 11 + index))))
    expect(await script.take()).toEqual(['command text 100', 'command text 101'])
  })

  test('that were answered are not sent again before the answer is on the disk', async () => {
    const [one] = queue('one')
    if (one === undefined) return
    script.at('l1', 10, [one])
    await beLive()
    const letGo = script.slowDown()
    await script.down(rows(10, 11))
    await script.down(result(accepted(one.id, 12)))
    session.flush()
    letGo()
    await script.take()
    session.flush()
    expect(await script.take()).toEqual([])
    expect(script.outbox()).toEqual(['one: accepted'])
  })

  test('that were refused can go out again on the same socket', async () => {
    const [one] = queue('one')
    if (one === undefined) return
    script.at('l1', 10, [one])
    await beLive()
    await script.down(result({ status: 'refused', id: one.id, code: 'not_a_member', message: 'No.' }))
    expect(script.outbox()).toEqual(['one: refused'])
    script.disk.outbox.rows.set(String(one.position), { ...one, state: { kind: 'waiting' } })
    session.flush()
    expect(await script.take()).toEqual(['command one'])
  })

  test('that were not answered go out again on the next socket', async () => {
    const [one, two] = queue('one', 'two')
    if (one === undefined || two === undefined) return
    script.at('l1', 10, [one, two])
    await beLive()
    await script.down(result(accepted(one.id, 11)))
    await script.drop()
    await script.take()
    begin()
    await script.accept()
    await script.down(welcome(), live)
    expect(await script.take()).toEqual(['open', 'hello l1 10', 'command two'])
  })

  test('that were accepted go when their rows come, whichever is first', async () => {
    const [one, two] = queue('one', 'two')
    if (one === undefined || two === undefined) return
    script.at('l1', 10, [one, two])
    await beLive()
    await script.down(result(accepted(one.id, 11)))
    expect(script.outbox()).toEqual(['one: accepted', 'two: waiting'])
    await script.down(rows(10, 11, message(1, { id: one.id })))
    expect(script.outbox()).toEqual(['two: waiting'])
    await script.down(rows(11, 12, message(2, { id: two.id })), result(accepted(two.id, 12)))
    expect(script.outbox()).toEqual([])
    expect(heldIds()).toEqual([one.id, two.id])
  })

  test('after the log went back none goes before the pull, and then what was lost goes first', async () => {
    script.at('l1', 10, queue('waits'))
    const lost = message(1, { id: commandId(), seq: 8, authorId: ann, text: 'lost' })
    script.disk.messages.rows.set(lost.id, lost)
    begin()
    await script.accept()
    await script.down(welcome(false), behind)
    session.flush()
    expect(await script.take()).toEqual(['open', 'hello l1 10', 'pull l1 10'])
    await script.answer(ended(5))
    await script.answer(page({ lineage: second(5), from: 0, to: 5 }))
    expect(await script.take()).toEqual(['pull - 0', 'resume l2 5', 'command lost', 'command waits'])
    expect(progress).toEqual([])
  })

  test('go out once it is live, where the server had not heard of its position yet when it greeted', async () => {
    script.at('l1', 10, queue('waits'))
    begin()
    await script.accept()
    await script.down(welcome(false))
    expect(await script.take()).toEqual(['open', 'hello l1 10'])
    await script.down(live)
    expect(await script.take()).toEqual(['command waits'])
  })

  test('what is queued in the middle of a burst goes out', async () => {
    await beLive()
    for (let n = 11; n < 40; n += 1) {
      await script.down(rows(n - 1, n, message(n)))
      await script.enqueue(send(`at ${n}`))
      session.flush()
    }
    expect(await script.take()).toHaveLength(29)
  })
})

describe('the end', () => {
  const codes = [
    [CLOSE.notSignedIn, 'signed-out'],
    [CLOSE.goingAway, 'closed'],
    [CLOSE.tryAgainLater, 'unavailable'],
    [CLOSE.silent, 'closed'],
    [1006, 'closed'],
  ] as const
  test.each(codes)('closed with %i it ends as %s', async (code, why) => {
    await beLive()
    await script.drop(code)
    expect(await ending()).toEqual({ why, greeted: true, refusedVersion: false })
  })

  test('closed because its version is not understood it says so, for another one may be', async () => {
    begin()
    await script.accept()
    await script.drop(CLOSE.protocolVersion)
    expect(await ending()).toEqual({ why: 'closed', greeted: false, refusedVersion: true })
  })

  test('a socket that was closed before the greeting says so', async () => {
    begin()
    await script.drop(CLOSE.notSignedIn)
    expect(await ending()).toEqual({ why: 'signed-out', greeted: false, refusedVersion: false })
  })

  test.each(['', 'no JSON', '{}', '{"type":"later"}', '{"type":"rows","log":"campus","from":-1}'])(
    'what is no frame ends it: %s',
    async (text) => {
      await beLive()
      await script.down(text)
      expect(await ending()).toEqual({ why: 'closed', greeted: true, refusedVersion: false })
      expect(cursor()).toBe(10)
    },
  )

  test('a socket that does not open, or is not greeted, ends after 10 s', async () => {
    begin()
    await script.pass(5_000)
    await script.accept()
    await script.pass(4_999)
    expect(await ending()).toBe('still there')
    await script.pass(1)
    expect(await ending()).toEqual({ why: 'closed', greeted: false, refusedVersion: false })
  })

  test('a socket that cannot even be made ends at once', async () => {
    const openSocket = () => {
      throw new Error('not allowed here')
    }
    session = openSession({ ...script, openSocket })
    expect(await session.ended).toEqual({ why: 'closed', greeted: false, refusedVersion: false })
    expect(script.errors).toEqual([new Error('not allowed here')])
  })

  test('after signs of life only, a heartbeat and 20 s of silence end it, and each sign begins them anew', async () => {
    await beLive()
    for (let beat = 0; beat < 3; beat += 1) {
      await script.down(ping(10, 10))
      await script.take()
      await script.pass(HEARTBEAT_MS + 19_999)
      expect(await script.take()).toEqual([])
    }
    await script.pass(1)
    expect(await ending()).toEqual({ why: 'closed', greeted: true, refusedVersion: false })
  })

  test('a server that was telling something and falls silent is asked once after 20 s, and has 15 s to answer', async () => {
    await beLive()
    await script.down(rows(10, 11))
    await script.take()
    await script.pass(19_999)
    expect(await script.take()).toEqual([])
    await script.pass(1)
    expect(await script.take()).toEqual(['probe'])
    await script.down(ping(11, 11))
    await script.take()
    await script.pass(60_000)
    expect(await script.take(), 'it has nothing to tell').toEqual([])
    await script.down(rows(11, 12))
    await script.take()
    await script.pass(34_999)
    expect(await script.take()).toEqual(['probe'])
    expect(await ending()).toBe('still there')
    await script.pass(1)
    expect(await ending()).toEqual({ why: 'closed', greeted: true, refusedVersion: false })
  })

  test('a packed frame that is not understood is followed by a pull, and what comes before that is done is left to it', async () => {
    await beLive()
    await script.take()
    await script.downBytes(Uint8Array.of(1, 0xff))
    expect(await script.take()).toEqual(['pull l1 10'])
    await script.answer(page({ from: 10, to: 12 }))
    expect(await script.take()).toEqual(['resume l1 12'])
    await script.down({ type: 'live', log: 'campus', lineage: 'l1', from: 12 })
    await script.downBytes(packRowsFrame(13, [packRows([])]))
    expect(cursor()).toBe(13)
  })

  test('with a command unanswered 15 s of silence do', async () => {
    await beLive()
    await script.pass(30_000)
    await script.enqueue(send('one'))
    session.flush()
    await script.pass(14_999)
    expect(await ending()).toBe('still there')
    await script.pass(1)
    expect(await ending()).toEqual({ why: 'closed', greeted: true, refusedVersion: false })
  })

  test('once all commands are answered silence may take its time again', async () => {
    const [one] = queue('one')
    if (one === undefined) return
    script.at('l1', 10, [one])
    await beLive()
    await script.down(result(accepted(one.id, 11)))
    await script.pass(34_999)
    expect(await ending()).toBe('still there')
  })

  test('a probe that nobody answers ends it within 5 s', async () => {
    await beLive()
    session.probe()
    expect(await script.take()).toEqual(['probe'])
    await script.pass(5_000)
    expect(await ending()).toEqual({ why: 'closed', greeted: true, refusedVersion: false })
  })

  test('a probe that was answered does not', async () => {
    await beLive()
    session.probe()
    await script.pass(4_000)
    await script.down(ping(10, 10))
    await script.pass(34_999)
    expect(await ending()).toBe('still there')
  })

  test('probing again and again does not put off the end', async () => {
    await beLive()
    for (let second = 0; second < 5; second += 1) {
      session.probe()
      await script.pass(1_000)
    }
    expect(await script.take()).toEqual(['probe', 'close'])
    expect(await session.ended).toEqual({ why: 'closed', greeted: true, refusedVersion: false })
  })

  test('before hello a probe says nothing: the first frame is hello', async () => {
    begin()
    const letGo = script.slowDown()
    await script.accept()
    session.probe()
    letGo()
    expect(await script.take()).toEqual(['open', 'hello l1 10'])
  })

  test('whatever comes after the end changes nothing', async () => {
    await beLive()
    session.close()
    await script.down(rows(10, 11, message(1)), behind, ping(11, 12))
    session.probe()
    session.flush()
    expect(await script.take()).toEqual(['close'])
    expect(cursor()).toBe(10)
  })

  test('a catching up under way goes no further than the page that was asked for, and says nothing', async () => {
    begin()
    await script.accept()
    await script.down(welcome(), behind)
    await script.drop()
    await script.take()
    await script.answer(page({ from: 10, to: 20, head: 500, rows: [message(1, { authorId: ben })] }))
    expect(await script.take()).toEqual([])
    expect(progress).toEqual([])
  })
})
