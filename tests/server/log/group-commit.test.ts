import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { isRefused, StoreUnavailable } from '../../../server/log/group-commit.ts'
import type { KindTypes, LogKind } from '../../../server/log/kind.ts'
import { loadChangesSince } from '../../../server/log/changes.ts'
import type { Store } from '../../../server/store/store.ts'
import {
  type AnyLog,
  createWriter,
  findPosition,
  openCampusLog,
  openClassroomLog,
  type Writer,
} from '../../support/any-log.ts'
import { type Backend, createBackend } from '../../support/backend.ts'

// What holds of writing to every log, whichever kind it is of: the same facts over one of each.

function testCommits<Types extends KindTypes>(openLog: (store: Store) => Promise<AnyLog<Types>>): void {
  type Entry = Types['entry']
  let backend: Backend
  let log: AnyLog<Types>
  let writer: Writer<Types>
  beforeAll(async () => {
    backend = await createBackend()
  })
  afterAll(() => backend.dispose())
  beforeEach(async () => {
    log = await openLog(backend.store)
    writer = createWriter(log)
  })

  /** The texts that were added from here on, in the order of the log. */
  async function watchTexts(): Promise<() => Promise<string[]>> {
    const { head } = await findPosition(log)
    return async () => {
      const { rows } = await loadChangesSince(backend.store, log.kind, log.log, head, 10_000)
      const texts = (rows ?? []).flatMap(({ row }) => {
        const text = log.textOf(row)
        return text === undefined ? [] : [[row.seq, text] as const]
      })
      // What two audiences may see is one row of the log.
      return [...new Map(texts).values()]
    }
  }
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`)
  const outcomes = (decisions: Awaited<ReturnType<Writer<Types>['submit']>>) =>
    decisions.map((decision) => (isRefused(decision) ? decision.code : 'accepted'))
  const withWrite = (write: (pass: Store['write']) => Store['write']): Store => ({
    ...backend.store,
    write: write(backend.store.write),
  })
  /** The kind, but for what becomes of some of its entries. */
  const withUnit = (change: (unit: ReturnType<LogKind<Types>['begin']>) => Partial<typeof unit>): LogKind<Types> => ({
    ...log.kind,
    begin(name, now) {
      const unit = log.kind.begin(name, now)
      return { ...unit, ...change(unit) }
    },
  })

  test('what one caller submits keeps its order, also over several calls', async () => {
    const listTexts = await watchTexts()
    await Promise.all(numbers(30).map((text) => writer.accept(log.add(text))))
    await writer.accept(...['a', 'b', 'c'].map((text) => log.add(text)))
    expect(await listTexts()).toEqual([...numbers(30), 'a', 'b', 'c'])
  })
  test('each batch begins where the one before it ended, and its rows have every position in it', async () => {
    const { head: from } = await findPosition(log)
    for (const text of numbers(5)) await writer.accept(log.add(text), log.add(text))
    const { head: to } = await findPosition(log)
    expect(writer.published).toHaveLength(5)
    const spans = writer.published.map((batch) => [batch.from, batch.to])
    expect(spans.map(([begin]) => begin)).toEqual([from, ...spans.slice(0, -1).map(([, end]) => end)])
    expect(spans.at(-1)?.[1]).toBe(to)
    for (const batch of writer.published) {
      expect(batch.log).toBe(log.log)
      const seqs = batch.rows?.map(({ row }) => row.seq)
      if (seqs !== undefined) expect(new Set(seqs).size).toBe(batch.to - batch.from)
    }
  })
  test('an accepted answer names a position that covers all of its rows, and is that of its transaction', async () => {
    const decisions = await writer.submit(log.add('one'), log.add('other'))
    const { head } = await findPosition(log)
    expect(decisions).toEqual([{ seq: head }, { seq: head }])
  })
  test('a lone command starts a transaction at once', async () => {
    let begun = 0
    const store = withWrite((pass) => (work) => {
      begun += 1
      return pass(work)
    })
    const answer = createWriter(log, { store }).accept(log.add())
    expect(begun).toBe(1)
    await answer
  })
  test('what arrives within one turn of the event loop is one transaction', async () => {
    let begun = 0
    const store = withWrite((pass) => (work) => {
      begun += 1
      return pass(work)
    })
    const { accept } = createWriter(log, { store, nextTurn })
    await Promise.all(numbers(50).map((text) => accept(log.add(text))))
    expect(begun).toBe(1)
  })
  test('whoever gave a command is answered before others hear of it, who hear of the batches in their order', async () => {
    const { sequencer, accept, published } = createWriter(log, { nextTurn })
    for (const [index, text] of numbers(3).entries()) {
      await accept(log.add(text))
      expect(published).toHaveLength(index)
      await nextTurn()
    }
    await accept(log.add())
    await sequencer.close()
    expect(published.slice(1).map(({ from }) => from)).toEqual(published.slice(0, -1).map(({ to }) => to))
    expect(published).toHaveLength(4)
  })
  test('commands gather while a transaction is in flight, and the next one takes them all', async () => {
    let begun = 0
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => (open = resolve))
    const store = withWrite((pass) => async (work) => {
      begun += 1
      if (begun === 1) await gate
      return pass(work)
    })
    const gathering = createWriter(log, { store })
    const answers = numbers(50).map((text) => gathering.accept(log.add(text)))
    expect(begun).toBe(1)
    open()
    await Promise.all(answers)
    expect(begun).toBe(2)
  })
  test('more than one transaction holds is taken in several, in order', async () => {
    const listTexts = await watchTexts()
    await writer.accept(...numbers(1_203).map((text) => log.add(text)))
    expect(await listTexts()).toEqual(numbers(1_203))
    expect(writer.published.length).toBeGreaterThan(1)
  })
  test('a log that is not there is not found, nothing is written, and it is there once it is made', async () => {
    const { published, errors, submit } = createWriter({ ...log, log: 'classroom-none' })
    expect(outcomes(await submit(log.add(), log.add()))).toEqual(['not_found', 'not_found'])
    expect([...published, ...errors]).toEqual([])
  })
  test('an empty submission is answered, and harms nothing', async () => {
    expect(await writer.submit()).toEqual([])
    await writer.accept(log.add())
  })
  test('close resolves when all that was submitted is answered', async () => {
    let answered = 0
    for (const text of numbers(10)) void writer.accept(log.add(text)).then(() => (answered += 1))
    await writer.sequencer.close()
    await Promise.resolve()
    expect(answered).toBe(10)
  })

  test.each(['need', 'decide'] as const)('a rule that throws in `%s` fails only its own command', async (step) => {
    const listTexts = await watchTexts()
    const entries = numbers(3).map((text) => log.add(text))
    const kind = withUnit((unit) => ({
      [step](entry: Entry) {
        if (entry === entries[1]) throw new Error('a bug')
        return unit[step](entry)
      },
    }))
    const failing = createWriter(log, { kind })
    const decisions = await failing.submit(...entries)
    expect(outcomes(decisions)).toEqual(['accepted', 'internal', 'accepted'])
    expect(decisions[1]).toMatchObject({ message: expect.stringContaining('error-1') as string })
    expect(failing.errors).toHaveLength(1)
    expect(await listTexts()).toEqual(['0', '2'])
  })
  test('a command that the database refuses fails alone, and the order of the others is kept', async () => {
    const listTexts = await watchTexts()
    const entries = numbers(5).map((text) => log.add(text))
    const kind = withUnit((unit) => {
      let isRefused = false
      return {
        decide(entry: Entry) {
          isRefused ||= entry === entries[2]
          return unit.decide(entry)
        },
        async write(db, head) {
          // The log is there already.
          const again = { id: log.log, epoch: '', epoch_start: 0, lineage: null, lineage_start: 0, head: 0, floor: 0 }
          if (isRefused) await db.insertInto(log.kind.tables.log).values(again).execute()
          return unit.write(db, head)
        },
      }
    })
    const refusing = createWriter(log, { kind })
    expect(outcomes(await refusing.submit(...entries))).toEqual([
      ...['accepted', 'accepted', 'internal', 'accepted', 'accepted'],
    ])
    expect(refusing.errors).toHaveLength(1)
    expect(await listTexts()).toEqual(['0', '1', '3', '4'])
  })
  test('whoever publishes and throws fails no command', async () => {
    const throwing = createWriter(log, {
      publish() {
        throw new Error('a bug in a listener')
      },
    })
    await throwing.accept(log.add())
    await throwing.accept(log.add())
    expect(throwing.errors).toHaveLength(2)
  })

  test('when the store is away everything that waits fails, and nothing later overtakes it', async () => {
    const listTexts = await watchTexts()
    let isDown = true
    const entered: (() => void)[] = []
    const store = withWrite((pass) => async (work) => {
      await new Promise<void>((resolve) => entered.push(resolve))
      if (isDown) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
      return pass(work)
    })
    const { accept, errors } = createWriter(log, { store })
    const first = accept(log.add('first'))
    const waiting = [accept(log.add('second'), log.add('third')), accept(log.add('fourth'))]
    entered.shift()?.()
    for (const answer of [first, ...waiting]) await expect(answer).rejects.toThrow(StoreUnavailable)
    expect(errors).toHaveLength(1)
    isDown = false
    const later = accept(log.add('later'))
    await vi.waitFor(() => expect(entered).toHaveLength(1))
    entered.shift()?.()
    await later
    expect(await listTexts()).toEqual(['later'])
  })
  const deadlock = () =>
    Object.assign(
      new Error('try again'),
      backend.kind === 'mysql' ? { code: 'ER_LOCK_DEADLOCK', errno: 1213 } : { code: 'SQLITE_BUSY', rawCode: 5 },
    )
  test('a transaction that the store asks to repeat is repeated, and done once', async () => {
    const listTexts = await watchTexts()
    let failures = 3
    const store = withWrite(
      (pass) => (work) =>
        pass(async (db) => {
          const answer = await work(db)
          if (failures-- > 0) throw deadlock()
          return answer
        }),
    )
    const { accept, errors } = createWriter(log, { store })
    await accept(log.add('one'), log.add('other'))
    expect(await listTexts()).toEqual(['one', 'other'])
    expect(errors).toEqual([])
  })
  test('a transaction that fails again and again is given up', async () => {
    let tries = 0
    const store = withWrite(() => async () => {
      tries += 1
      throw deadlock()
    })
    await expect(createWriter(log, { store }).accept(log.add())).rejects.toThrow(StoreUnavailable)
    expect(tries).toBe(5)
  })
  test('what was rejected because an answer was lost is found done when it is sent again', async () => {
    const listTexts = await watchTexts()
    let isLost = true
    const store = withWrite((pass) => async (work) => {
      const answer = await pass(work)
      if (isLost) throw Object.assign(new Error('lost after commit'), { code: 'PROTOCOL_CONNECTION_LOST' })
      return answer
    })
    const { accept } = createWriter(log, { store })
    const entry = log.add('once')
    await expect(accept(entry)).rejects.toThrow(StoreUnavailable)
    isLost = false
    await accept(entry)
    expect(await listTexts()).toEqual(['once'])
  })
  test('a command that comes three times at once is answered three times and done once', async () => {
    const listTexts = await watchTexts()
    const entry = log.add('once')
    const seqs = await Promise.all([writer.accept(entry), writer.accept(entry), writer.accept(entry)])
    expect(new Set(seqs).size).toBe(1)
    expect(await listTexts()).toEqual(['once'])
  })

  test('a command from a position of this history is taken, also of a lineage that ended at or after it', async () => {
    await writer.accept(log.add())
    const before = await findPosition(log)
    const other = createWriter(log)
    await other.accept(log.add())
    const now = await findPosition(log)
    expect(now.lineage.id).not.toBe(before.lineage.id)
    const positions = [
      { lineage: now.lineage.id, cursor: now.head },
      { lineage: before.lineage.id, cursor: before.head },
      { lineage: before.lineage.id, cursor: 1 },
      { lineage: '', cursor: now.head },
    ]
    const decisions = await other.submit(...positions.map((from) => ({ ...log.add(), from })))
    expect(outcomes(decisions)).toEqual(positions.map(() => 'accepted'))
  })
  test('a command from a position of another history is refused, nothing of it is done, and its neighbours are', async () => {
    const listTexts = await watchTexts()
    const ended = createWriter(log)
    await ended.accept(log.add('before'))
    const before = await findPosition(log)
    await writer.accept(log.add('now'))
    const { lineage, head } = await findPosition(log)
    const elsewhere = [
      { lineage: 'another', cursor: 1 },
      { lineage: before.lineage.id, cursor: before.head + 1 },
      { lineage: lineage.id, cursor: head + 100 },
      { lineage: '', cursor: head + 100 },
    ]
    const decisions = await writer.submit(
      log.add('a neighbour'),
      ...elsewhere.map((from) => ({ ...log.add('a stranger'), from })),
      log.add('another neighbour'),
    )
    expect(outcomes(decisions)).toEqual(['accepted', ...elsewhere.map(() => 'lineage_ended'), 'accepted'])
    expect(await listTexts()).toEqual(['before', 'now', 'a neighbour', 'another neighbour'])
  })
}
describe('on the campus', () => testCommits(openCampusLog))
describe('in a classroom', () => testCommits(openClassroomLog))

test('what is for another log of the kind does not wait for a transaction of the first', async () => {
  const backend = await createBackend()
  const [log, other] = [await openClassroomLog(backend.store), await openClassroomLog(backend.store)]
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => (open = resolve))
  let begun = 0
  const write: Store['write'] = async (work) => {
    begun += 1
    if (begun === 1) await gate
    return backend.store.write(work)
  }
  const { sequencer, accept } = createWriter(log, { store: { ...backend.store, write } })
  const held = accept(log.add())
  expect((await sequencer.submit(other.log, [other.add()])).map(isRefused)).toEqual([false])
  open()
  await held
  await backend.dispose()
})
