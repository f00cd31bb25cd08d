import { beforeEach, describe, expect, test } from 'vitest'
import type { DeliveryRow } from '../../../shared/protocol/rows.ts'
import { CLOSE, refusal } from '../../../shared/protocol/errors.ts'
import { ann, commandId, conversation, entry, group, message, send } from '../data/example.ts'
import { createEngineDevice } from './engine-device.ts'
import { accepted, behind, ended, live, page, portal, refuse, result, rows, type Script } from './script.ts'
import { ping, second, unreachable, welcome } from './script.ts'

const device = createEngineDevice()
const { start, wake, beLive, bePolling, beOutdated } = device
let script: Script
beforeEach(() => {
  script = device.script
})

describe('with a socket', () => {
  test('it connects, greets and is live', async () => {
    start()
    expect(await script.take()).toEqual(['[connecting]', 'open'])
    await script.accept()
    await script.down(welcome(), live)
    expect(await script.take()).toEqual(['hello l1 10', '[live]'])
  })

  test('it says how far catching up has come', async () => {
    start()
    await script.take()
    await script.accept()
    await script.down(welcome(), behind)
    await script.answer(page({ from: 10, to: 350, head: 1_210 }))
    await script.answer(page({ from: 350, to: 1_210 }))
    await script.down(live)
    expect(await script.take()).toEqual([
      ...['hello l1 10', 'pull l1 10', '[catching up 340 of 1200]', 'pull l1 350', 'resume l1 1210', '[live]'],
    ])
  })

  test('after a restored backup progress counts from the beginning', async () => {
    start()
    await script.take()
    await script.accept()
    await script.down(welcome(false), behind)
    await script.answer(ended(5))
    await script.answer(page({ lineage: second(5), from: 0, to: 0, head: 7, next: 'page 2' }))
    expect(await script.take()).toEqual([
      ...['hello l1 10', 'pull l1 10', 'pull - 0', '[catching up 0 of 0]', 'pull l2 0 from page 2'],
    ])
  })

  test('a message that was never here and comes live because it changed is asked for with what hangs on it', async () => {
    await beLive()
    await script.down(rows(10, 12, message(8, { seq: 11 }), message(9, { seq: 12 })))
    await script.take()
    await script.down(rows(12, 13, message(3, { seq: 13, text: 'better' })))
    await script.pass(50)
    expect((await script.take()).filter((said) => said.startsWith('history'))).toHaveLength(1)
    expect([...script.disk.holes.rows.values()]).toMatchObject([{ conversationId: group, after: 2, before: 4 }])
  })

  test('what others wrote is said to have been received a second later, and its own row makes no other', async () => {
    script.disk.conversations.rows.set(group, conversation({ kind: 'direct' }))
    await beLive()
    await script.down(rows(10, 11, message(1, { seq: 11 })))
    await script.pass(999)
    expect(await script.take()).toEqual([])
    await script.pass(1)
    expect(await script.take()).toEqual(['command receive 1 of 100'])
    const [id = ''] = [...script.disk.outbox.rows.values()].map((entry) => entry.id)
    const told: DeliveryRow = { type: 'delivery', seq: 12, conversationId: group, userId: ann, n: 1 }
    await script.down(result(accepted(id, 12)), rows(11, 12, told))
    await script.pass(10_000)
    expect(await script.take()).toEqual([])
    expect(script.outbox()).toEqual([])
  })

  test('what is read on the screen meanwhile is read, and not also received', async () => {
    script.disk.conversations.rows.set(group, conversation({ kind: 'direct' }))
    await beLive()
    await script.down(rows(10, 11, message(1, { seq: 11 })))
    await script.enqueue({ type: 'read', id: commandId(), conversationId: group, n: 1 })
    await script.pass(5_000)
    expect(await script.take()).toEqual(['command read'])
  })

  test('what came while nobody was in touch is received with the next connection', async () => {
    script.disk.conversations.rows.set(group, conversation({ kind: 'direct' }))
    script.disk.messages.rows.set(message(1).id, message(1))
    script.disk.latest.rows.set(group, message(1))
    await beLive()
    await script.pass(1_000)
    expect(await script.take()).toEqual(['command receive 1 of 100'])
  })

  test('what is queued goes out at once', async () => {
    await beLive()
    await script.enqueue(send('one'))
    expect(await script.take()).toEqual(['command one'])
    expect(device.syncsAsked).toBe(0)
  })

  test('a socket that is lost is tried again after a while, and what was not answered goes out again', async () => {
    await beLive()
    await script.pass(10_000)
    await script.enqueue(send('one'))
    await script.drop()
    expect(await script.take()).toEqual(['command one', 'close', '[connecting]'])
    await script.pass(249)
    expect(await script.take()).toEqual([])
    await script.pass(1)
    await script.accept()
    await script.down(welcome(), live)
    expect(await script.take()).toEqual(['open', 'hello l1 10', '[live]', 'command one'])
  })

  test('waiting grows while sockets do not hold for 5 s, and begins small after one that did', async () => {
    const waits: number[] = []
    await beLive()
    for (const held of [4_999, 4_999, 4_999, 5_000, 4_999, 30_000, 0]) {
      if (held > 0) await script.pass(held)
      await script.drop()
      await script.take()
      let waited = 0
      while (!(await script.take()).includes('open')) {
        script.clock.advance(50)
        waited += 50
      }
      waits.push(waited)
      await script.accept()
      await script.down(welcome(), live)
    }
    expect(waits).toEqual([250, 500, 1_000, 250, 500, 250, 500])
  })

  test('a socket that was greeted and never live does not count as held', async () => {
    start()
    await script.take()
    await script.accept()
    await script.down(welcome(), behind)
    await script.pass(9_000)
    await script.drop()
    await script.pass(250)
    await script.accept()
    await script.drop()
    // But for what says after a while that nothing answers.
    expect(script.clock.waiting()).toBe(1)
    await script.answer(unreachable)
    await script.answer(unreachable)
    await script.pass(499)
    expect((await script.take()).at(-1)).toContain('offline')
    await script.pass(1)
    expect(await script.take()).toEqual(['open'])
  })

  test('a wake makes sure that the socket is still alive', async () => {
    await beLive()
    wake()
    // What is known is said once more: a tab that led before may have left what it knew last.
    expect(await script.take()).toEqual(['probe', '[live]'])
    await script.pass(5_250)
    expect(await script.take()).toEqual(['close', '[connecting]', 'open'])
  })

  test('a catching up that outlives its socket says nothing over the next one’s live', async () => {
    start()
    await script.take()
    await script.accept()
    await script.down(welcome(), behind)
    await script.drop()
    await script.pass(250)
    await script.accept()
    await script.down(welcome(), live)
    await script.take()
    await script.answer(page({ from: 10, to: 20, head: 500 }))
    expect(await script.take()).toEqual([])
  })

  test('a result that comes with the end of a socket is not lost', async () => {
    const one = entry(send('one'))
    script.at('l1', 10, [one])
    await beLive()
    await script.down(result(accepted(one.id, 11)))
    await script.drop()
    await script.pass(250)
    await script.accept()
    await script.down(welcome(), live, rows(10, 11, message(1, { id: one.id })))
    expect((await script.take()).filter((line) => line.startsWith('command'))).toEqual([])
    expect(script.outbox()).toEqual([])
  })
})

describe('without a socket', () => {
  test('what waits is posted, then all is pulled, then polls are held', async () => {
    const [one, two] = [entry(send('one')), entry(send('two'))]
    script.at('l1', 10, [one, two])
    start()
    expect(await script.take()).toEqual(['[connecting]', 'open'])
    await script.drop()
    expect(await script.take()).toEqual(['close', 'post l1 10 one, two'])
    await script.answer({ kind: 'ok', value: [accepted(one.id, 11), accepted(two.id, 12)] })
    await script.answer(page({ from: 10, to: 12, rows: [message(1, { id: one.id }), message(2, { id: two.id })] }))
    expect(await script.take()).toEqual(['pull l1 10', '[live]', 'pull l1 12 and wait'])
    expect(script.outbox()).toEqual([])
    await script.answer(page({ from: 12, to: 13, rows: [message(3)] }))
    expect(await script.take()).toEqual(['pull l1 13 and wait'])
  })

  test('what is queued meanwhile is posted at once', async () => {
    await bePolling()
    await script.enqueue(send('one'))
    expect(await script.take()).toEqual(['post l1 10 one'])
  })

  test('after a minute a socket is tried again, and polls go on until it is greeted', async () => {
    await bePolling()
    await script.pass(59_999)
    expect(await script.take()).toEqual([])
    await script.pass(1)
    expect(await script.take()).toEqual(['open'])
    await script.answer(page({ from: 10, to: 11 }))
    expect(await script.take()).toEqual(['pull l1 11 and wait'])
    await script.enqueue(send('one'))
    expect(await script.take()).toEqual(['post l1 11 one'])
    await script.accept()
    await script.down(welcome(), live)
    expect(await script.take()).toEqual(['hello l1 11', '[live]', 'command one'])
    await script.answer(page({ from: 11, to: 40, head: 500 }))
    expect(await script.take()).toEqual([])
  })

  test('a socket that is not greeted then either leaves the polls as they are', async () => {
    await bePolling()
    await script.pass(60_000)
    await script.drop()
    expect(await script.take()).toEqual(['open', 'close'])
    await script.answer(page({ from: 10, to: 11 }))
    expect(await script.take()).toEqual(['pull l1 11 and wait'])
    await script.pass(60_000)
    expect(await script.take()).toEqual(['open'])
  })

  test('a poll that fails ends them: offline, and everything from the beginning', async () => {
    await bePolling()
    await script.pass(20_000)
    await script.answer(unreachable)
    expect(await script.take()).toEqual(['[offline since 20000]'])
    await script.pass(250)
    expect(await script.take()).toEqual(['open'])
    await script.drop()
    expect(await script.take()).toEqual(['close', 'pull l1 10'])
  })

  test('polls that ended while a socket was tried are begun anew', async () => {
    await bePolling()
    await script.pass(60_000)
    await script.answer(unreachable)
    await script.drop()
    expect(await script.take()).toEqual(['open', 'close', 'pull l1 10'])
  })

  test('a disk that fails in the middle of polling ends them, and they are begun anew', async () => {
    await bePolling()
    await script.pass(60_000)
    const { bulkPut } = script.disk.messages
    script.disk.messages.bulkPut = () => Promise.reject(new Error('the disk is full'))
    await script.answer(page({ from: 10, to: 11, rows: [message(1)] }))
    script.disk.messages.bulkPut = bulkPut
    expect(script.errors).toEqual([new Error('the disk is full')])
    await script.drop()
    expect(await script.take()).toEqual(['open', 'close', 'pull l1 10'])
  })

  test('where sockets cannot even be made, requests do', async () => {
    start({
      openSocket() {
        throw new Error('not allowed here')
      },
    })
    await script.answer(page({ from: 10, to: 10 })).catch(() => undefined)
    await script.take()
    await script.answer(page({ from: 10, to: 10 })).catch(() => undefined)
    expect(script.disk.connection).toEqual({ kind: 'live' })
  })
})

describe('with nobody there', () => {
  const offline = [
    ['unreachable', unreachable, 'offline'],
    ['portal', portal, 'portal'],
    ['busy', refuse('too_many_tries'), 'offline'],
  ] as const
  test.each(offline)('it is said since when: %s', async (_, answer, shown) => {
    await beLive()
    await script.pass(10_000)
    await script.drop()
    await script.pass(250)
    await script.take()
    for (const wait of [500, 1_000, 2_000]) {
      await script.drop()
      await script.answer(answer)
      expect(await script.take()).toEqual(['close', 'pull l1 10', `[${shown} since 10000]`])
      await script.pass(wait)
      expect(await script.take()).toEqual(['open'])
    }
  })

  test('where nothing answers it is said after 3 s, and since when, and not any more once somebody does', async () => {
    start()
    expect(await script.take()).toEqual(['[connecting]', 'open'])
    await script.pass(2_999)
    expect(await script.take()).toEqual([])
    await script.pass(1)
    expect(await script.take()).toEqual(['[no answer since 3000]'])
    await script.accept()
    await script.down(welcome(), live)
    expect((await script.take()).at(-1)).toBe('[live]')
    await script.pass(10_000)
    expect(await script.take()).not.toContain('[no answer since 3000]')
  })

  test('a page that is loaded while the network is away says since when it has been away', async () => {
    await script.store.setConnection({ kind: 'offline', since: script.clock.now() - 60_000 })
    start()
    expect((await script.take()).at(-1)).toBe('open')
    await script.drop()
    await script.answer(unreachable)
    expect((await script.take()).at(-1)).toBe('[offline since -60000]')
  })

  test('the time of the first loss is forgotten once live', async () => {
    await beLive()
    await script.drop()
    await script.pass(250)
    await script.accept()
    await script.down(welcome(), live)
    await script.pass(20_000)
    await script.drop()
    await script.pass(250)
    await script.drop()
    await script.answer(unreachable)
    expect((await script.take()).at(-1)).toBe('[offline since 20250]')
  })

  test('it never gives up, and asks about every half minute at most', async () => {
    start()
    device.chance = 1
    let tries = 0
    for (let second = 0; second < 3_600; second += 1) {
      if ((await script.take()).includes('open')) {
        tries += 1
        await script.drop()
        await script.answer(unreachable)
      }
      await script.pass(1_000)
    }
    expect(tries).toBeGreaterThan(115)
    expect(tries).toBeLessThan(130)
  })

  test('a wake cuts the waiting short', async () => {
    start()
    device.chance = 1
    await script.take()
    await script.drop()
    await script.answer(unreachable)
    await script.take()
    wake()
    expect(await script.take()).toEqual(['open'])
  })

  test('a wake in the middle of a try that fails leads to another at once', async () => {
    start()
    await script.take()
    await script.drop()
    wake()
    await script.answer(unreachable)
    expect(await script.take()).toEqual(['close', 'pull l1 10', '[offline since 0]', 'open'])
    await script.drop()
    await script.answer(unreachable)
    expect(await script.take()).toEqual(['close', 'pull l1 10', '[offline since 0]'])
  })

  test('a wake while a socket holds does not hurry the next one', async () => {
    await beLive()
    wake()
    await script.down(rows(10, 11))
    await script.drop()
    expect(await script.take()).toEqual(['probe', '[live]', 'close', '[connecting]'])
  })

  test('the browser is asked to flush what is queued later', async () => {
    start()
    await script.take()
    await script.drop()
    await script.answer(unreachable)
    expect(device.syncsAsked).toBe(0)
    await script.enqueue(send('one'))
    expect(device.syncsAsked).toBeGreaterThan(0)
  })

  test('the browser is asked to flush what was queued before the loss was noticed', async () => {
    await beLive()
    await script.enqueue(send('one'))
    expect(device.syncsAsked).toBe(0)
    await script.pass(15_000)
    expect(await script.take()).toEqual(['command one', 'close', '[connecting]'])
    expect(device.syncsAsked).toBe(1)
  })
})

describe('a server that can take nothing now', () => {
  const refusesAll = (...entries: { id: string }[]) =>
    entries.map(({ id }) => result({ status: 'refused', id, ...refusal('unavailable') }))

  test('closes the socket: it is said since when, tried again, and what waits goes in its order', async () => {
    await beLive()
    await script.pass(10_000)
    await script.enqueue(send('one'), send('two'))
    await script.take()
    for (const wait of [250, 500, 1_000]) {
      await script.drop(CLOSE.tryAgainLater)
      expect(await script.take()).toEqual(['close', '[unavailable since 10000]'])
      expect(script.outbox()).toEqual(['one: waiting', 'two: waiting'])
      await script.pass(wait - 1)
      expect(await script.take()).toEqual([])
      await script.pass(1)
      expect(await script.take()).toEqual(['open'])
      await script.accept()
      await script.take()
    }
    await script.down(welcome(), live)
    // It lets us in, which does not say that it takes anything: that shows when it does.
    expect(await script.take()).toEqual(['command one', 'command two', '[unavailable since 10000]'])
    const [one, two] = [...script.disk.outbox.rows.values()]
    await script.down(result(accepted(one?.id ?? '', 11)), result(accepted(two?.id ?? '', 12)))
    expect((await script.take()).at(-1)).toBe('[live]')
  })

  test.each(['unavailable', 'internal'] as const)('answers a request with %s: likewise', async (code) => {
    script.at('l1', 10, [entry(send('one')), entry(send('two'))])
    start()
    await script.take()
    await script.drop()
    await script.answer(refuse(code))
    expect(await script.take()).toEqual(['close', 'post l1 10 one, two', '[unavailable since 0]'])
    expect(script.outbox()).toEqual(['one: waiting', 'two: waiting'])
    await script.pass(250)
    await script.drop()
    expect(await script.take()).toEqual(['open', 'close', 'post l1 10 one, two'])
    await script.answer(unreachable)
  })

  test('answers each command so: none is refused, and after a minute all go again in their order', async () => {
    await beLive()
    const [one, two] = [send('one'), send('two')]
    await script.enqueue(one, two)
    await script.down(...refusesAll(one, two))
    expect(await script.take()).toEqual(['command one', 'command two'])
    expect(script.outbox()).toEqual(['one: waiting', 'two: waiting'])
    await script.pass(30_000)
    await script.down(ping(10, 10))
    await script.pass(30_000)
    await script.down(ping(10, 10))
    expect((await script.take()).filter((line) => line.startsWith('command'))).toEqual(['command one', 'command two'])
  })
})

describe('writing while nobody is there', () => {
  async function beOffline(): Promise<void> {
    device.chance = 1
    await beLive()
    await script.drop()
    await script.pass(500)
    // Far into the long waits.
    for (let tries = 0; tries < 8; tries += 1) {
      await script.drop()
      await script.answer(unreachable)
      await script.pass(30_000)
    }
    await script.take()
    await script.drop()
    await script.answer(unreachable).catch(() => undefined)
    await script.take()
  }

  test('cuts the wait short, for there is a reason to try now', async () => {
    await beOffline()
    await script.pass(3_000)
    expect(await script.take()).toEqual([])
    await script.enqueue(send('one'))
    expect(await script.take()).toEqual(['open'])
    await script.accept()
    await script.down(welcome(), live)
    expect(await script.take()).toEqual(['hello l1 10', '[live]', 'command one'])
  })

  test('does not try with every word', async () => {
    await beOffline()
    const opened: number[] = []
    for (let second = 0; second < 10; second += 1) {
      await script.enqueue(send(`at ${second}`))
      if ((await script.take()).includes('open')) {
        opened.push(second)
        await script.drop()
        await script.answer(unreachable)
        await script.take()
      }
      await script.pass(1_000)
    }
    expect(opened).toEqual([3, 6, 9])
  })
})

describe('signed out', () => {
  test('it is asked about every five minutes, for a server may be wrong about it, and the outbox stays', async () => {
    await beLive()
    await script.enqueue(send('one'))
    await script.drop(CLOSE.notSignedIn)
    expect(await script.take()).toEqual(['command one', 'close', 'post l1 10 one'])
    await script.answer(refuse('not_signed_in'))
    expect(await script.take()).toEqual(['[signed-out]'])
    for (let asked = 0; asked < 3; asked += 1) {
      await script.pass(299_999)
      expect(await script.take()).toEqual([])
      await script.pass(1)
      expect(await script.take()).toEqual(['open'])
      await script.accept()
      await script.drop(CLOSE.notSignedIn)
      expect(await script.take()).toEqual(['hello l1 10', 'close', '[signed-out]'])
    }
    expect(script.outbox()).toEqual(['one: waiting'])
  })

  test('whoever signs in again is heard at once, and what was written meanwhile goes', async () => {
    await beLive()
    await script.enqueue(send('one'))
    await script.drop(CLOSE.notSignedIn)
    await script.answer(refuse('not_signed_in'))
    await script.take()
    await script.pass(10_000)
    await script.enqueue(send('two'))
    expect(await script.take()).toEqual([])
    expect(script.outbox()).toEqual(['one: waiting', 'two: waiting'])
    device.engine?.wake()
    await script.take()
    await script.accept()
    await script.down(welcome(), live)
    expect(await script.take()).toEqual(['hello l1 10', '[live]', 'command one', 'command two'])
  })

  test('whoever deleted their account on another device is told so at once, with a command waiting or without', async () => {
    await beLive()
    await script.drop(CLOSE.notSignedIn)
    expect(await script.take()).toEqual(['close', 'pull l1 10'])
    await script.answer(refuse('account_deleted'))
    expect(await script.take()).toEqual(['[refused account_deleted]'])
  })

  test('it shows also where only requests come through', async () => {
    script.at('l1', 10, [entry(send('one'))])
    start()
    await script.take()
    await script.drop()
    await script.answer(refuse('not_signed_in'))
    expect((await script.take()).at(-1)).toBe('[signed-out]')
    expect(script.outbox()).toEqual(['one: waiting'])
  })

  test('who signs in again while the last try is still under way does not wait', async () => {
    start()
    await script.take()
    await script.drop()
    device.engine?.wake()
    await script.answer(refuse('not_signed_in'))
    expect((await script.take()).slice(-2)).toEqual(['[signed-out]', 'open'])
  })
})

describe('outdated', () => {
  test('no version is understood: it asks again every minute', async () => {
    await beOutdated()
    expect(await script.take()).toEqual(['close', 'pull l1 10', '[outdated]'])
    await script.pass(59_999)
    expect(await script.take()).toEqual([])
    await script.pass(1)
    expect(await script.take()).toEqual(['open'])
  })
})

describe('a broken device', () => {
  test('a state that cannot be stored is told, and trying goes on', async () => {
    const { setConnection } = script.store
    script.store.setConnection = () => Promise.reject(new Error('the disk is full'))
    start()
    expect(await script.take()).toEqual(['open'])
    await script.accept()
    await script.down(welcome(), live)
    expect(script.errors).toEqual([new Error('the disk is full'), new Error('the disk is full')])
    script.store.setConnection = setConnection
    await script.enqueue(send('one'))
    expect(await script.take()).toEqual(['hello l1 10', 'command one'])
  })

  test('a disk that cannot be read is tried again after a while', async () => {
    script.at('l1', 10, [])
    const { transact } = script.store
    script.store.transact = () => Promise.reject(new Error('the disk is gone'))
    start()
    await script.take()
    await script.drop()
    expect(new Set(script.errors.map(String))).toEqual(new Set(['Error: the disk is gone']))
    script.store.transact = transact
    await script.pass(250)
    await script.accept()
    await script.down(welcome(), live)
    expect((await script.take()).at(-1)).toBe('[live]')
  })
})
