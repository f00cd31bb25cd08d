import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCampusKind } from '../../../client/sync/campus-kind.ts'
import { leadInTurn } from '../../../client/sync/leader.ts'
import { applyFrame } from '../../../client/sync/log/apply.ts'
import type { Change } from '../../../client/sync/log/kind.ts'
import type { Campus } from '../../../client/sync/tables.ts'
import type { Row } from '../../../shared/protocol/rows.ts'
import { ann, entry, message, send } from '../data/example.ts'
import { settle } from '../../sim/scheduler.ts'
import { createFakeBrowser } from './browser.ts'
import { accepted } from './script.ts'
import { fill, readAll, stores } from './stores.ts'

let browser: ReturnType<typeof createFakeBrowser>
let errors: unknown[]
/** What tabs began and ended, in order. */
let story: string[]
let open: { close(): void }[]

beforeEach(() => {
  browser = createFakeBrowser()
  errors = []
  story = []
  open = []
})
afterEach(async () => {
  open.forEach((tab) => tab.close())
  await settle()
  expect(errors).toEqual([])
  expect(browser.clock.waiting(), 'timers left behind').toBe(0)
  expect(browser.countChannels(), 'channels left open').toBe(0)
  expect(browser.countWaiting(), 'requests left waiting').toBe(0)
})

async function openTab(name: string, lock = 'sync') {
  const tab = browser.openTab()
  let leads = 0
  const giveUp = leadInTurn(
    tab.environment,
    lock,
    () => {
      story.push(`${name} leads`)
      leads += 1
      return () => {
        story.push(`${name} stops`)
        leads -= 1
      }
    },
    (error) => errors.push(error),
  )
  let closed = false
  const opened = {
    ...tab,
    leads: () => leads,
    close() {
      if (!closed) giveUp()
      closed = true
      expect(tab.countListeners(), 'listeners left behind').toBe(0)
    },
  }
  open.push(opened)
  await settle()
  return opened
}

test('of several tabs one leads, and it stays so', async () => {
  await openTab('a')
  await openTab('b')
  await openTab('c')
  await browser.pass(60_000)
  expect(story).toEqual(['a leads'])
})

test('closing hands over to the tab that has waited longest', async () => {
  const a = await openTab('a')
  const b = await openTab('b')
  await openTab('c')
  a.close()
  await settle()
  expect(story).toEqual(['a leads', 'a stops', 'b leads'])
  b.close()
  await browser.pass(60_000)
  expect(story).toEqual(['a leads', 'a stops', 'b leads', 'b stops', 'c leads'])
})

test('a tab that closes while it waits never leads, and ends nothing', async () => {
  const a = await openTab('a')
  const b = await openTab('b')
  b.close()
  a.close()
  await browser.pass(60_000)
  expect(story).toEqual(['a leads', 'a stops'])
})

test('a tab that closes before its lock is granted never leads', async () => {
  const tab = browser.openTab()
  const giveUp = leadInTurn(
    tab.environment,
    'sync',
    () => {
      story.push('leads')
      return () => undefined
    },
    (error) => errors.push(error),
  )
  giveUp()
  await browser.pass(10_000)
  expect(story).toEqual([])
  expect(browser.isHeld('sync')).toBe(false)
})

test('tabs of different accounts lead each its own', async () => {
  await openTab('a', 'sync ann')
  await openTab('b', 'sync ben')
  expect(story).toEqual(['a leads', 'b leads'])
})

test('a leader that froze without a word is replaced by a visible tab, within 9 s', async () => {
  const a = await openTab('a')
  await openTab('b')
  a.hang()
  await browser.pass(9_000)
  expect(story).toEqual(['a leads', 'b leads'])
})

test('a hidden tab lets a frozen leader be, until it is shown', async () => {
  const a = await openTab('a')
  const b = await openTab('b')
  b.hide()
  await browser.pass(3_000)
  a.hang()
  await browser.pass(60_000)
  expect(story).toEqual(['a leads'])
  b.show()
  await browser.pass(2_000)
  expect(story).toEqual(['a leads', 'b leads'])
})

test('of several visible tabs one takes over from a frozen leader in the end', async () => {
  const a = await openTab('a')
  const others = [await openTab('b'), await openTab('c'), await openTab('d')]
  a.hang()
  await browser.pass(30_000)
  expect(others.map((tab) => tab.leads()).sort()).toEqual([0, 0, 1])
  const before = story.length
  await browser.pass(60_000)
  expect(story).toHaveLength(before)
})

test('a leader that is alive is left alone, hidden or not', async () => {
  const a = await openTab('a')
  const b = await openTab('b')
  a.hide()
  for (let times = 0; times < 20; times += 1) {
    b.show()
    await browser.pass(700)
  }
  expect(story).toEqual(['a leads'])
})

test('the robbed one stops when it thaws, and waits for its turn again', async () => {
  const a = await openTab('a')
  const b = await openTab('b')
  a.hang()
  await browser.pass(9_000)
  a.thaw()
  await settle()
  expect([a.leads(), b.leads()]).toEqual([0, 1])
  await browser.pass(60_000)
  expect([a.leads(), b.leads()]).toEqual([0, 1])
  b.close()
  await settle()
  expect([a.leads(), b.leads()]).toEqual([1, 0])
})

test('a tab that is told that it freezes hands over before', async () => {
  const a = await openTab('a')
  await openTab('b')
  a.freeze()
  await settle()
  expect(story).toEqual(['a leads', 'a stops', 'b leads'])
  a.thaw()
  await browser.pass(60_000)
  expect(story).toHaveLength(3)
})

test('a tab that froze in the middle of its call does not rob a leader whose answer it has not read yet', async () => {
  await openTab('a')
  const b = await openTab('b')
  b.show()
  b.hang()
  await browser.pass(60_000)
  b.thaw()
  await browser.pass(60_000)
  expect(story).toEqual(['a leads'])
})

test('alone it leads again after it was frozen', async () => {
  const a = await openTab('a')
  a.freeze()
  await settle()
  a.thaw()
  await browser.pass(10_000)
  expect(a.leads()).toBe(1)
  expect(story).toEqual(['a leads', 'a stops', 'a leads'])
})

test('what it leads is ended once, however it comes to its end', async () => {
  const a = await openTab('a')
  const b = await openTab('b')
  a.freeze()
  await settle()
  a.thaw()
  a.close()
  b.close()
  await browser.pass(10_000)
  expect(story).toEqual(['a leads', 'a stops', 'b leads', 'b stops'])
})

test('a lock taken from one who does something else, such as the service worker, is taken back by a visible tab', async () => {
  const worker = browser.openTab()
  const held = worker.environment.locks.request('sync', { ifAvailable: true }, () => new Promise(() => undefined))
  const stolen = expect(held).rejects.toThrow('stolen')
  await settle()
  await openTab('a')
  await browser.pass(3_000)
  expect(story).toEqual(['a leads'])
  await stolen
})

test('one who cannot begin to lead is told of, and the next one leads', async () => {
  const tab = browser.openTab()
  const giveUp = leadInTurn(
    tab.environment,
    'sync',
    () => {
      throw new Error('no luck')
    },
    (error) => story.push(String(error)),
  )
  await openTab('b')
  await settle()
  expect(story).toEqual(['Error: no luck', 'b leads'])
  giveUp()
})

test.each(stores)('two leaders for a moment harm nothing in the %s store', async (_, openStore) => {
  const { store, close } = openStore()
  const one = entry(send('one'))
  const kind = createCampusKind(ann, browser.clock)
  const lineage = { id: 'l1', start: 0 }
  await fill(store, { position: { lineage: 'l1', cursor: 10, path: [lineage] }, outbox: [one] })
  const lead = async () => {
    const apply = (change: Omit<Change<Row>, 'lineage' | 'next'>) =>
      store.transact((tables) => applyFrame<Campus>(tables, kind, { lineage, next: null, ...change }))
    const first = await apply({ from: 10, to: 12, rows: [message(1, { id: one.id, seq: 11 })] })
    await store.transact((tables) => kind.settle(tables, [accepted(one.id, 11)]))
    const second = await apply({ from: 12, to: 13, rows: [message(2, { seq: 13 })] })
    return [first, second]
  }
  const outcomes = await Promise.all([lead(), lead()])
  expect(outcomes.flat().sort()).toEqual(['applied', 'applied', 'old', 'old'])
  const after = await readAll(store)
  expect(after.rows).toHaveLength(2)
  expect(after.position.cursor).toBe(13)
  expect(after.outbox).toEqual([])
  await close()
})
