import { beforeEach, describe, expect, test } from 'vitest'
import { pullCampus, sendCampus } from '../../../client/sync/campus.ts'
import type { Ending } from '../../../client/sync/log/kind.ts'
import { loadHistory } from '../../../client/sync/history.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { BODY_BYTES_MAX, MESSAGE_TEXT_MAX } from '../../../shared/protocol/limits.ts'
import { NOWHERE } from '../../../client/sync/log/position.ts'
import type { LiveRow } from '../../../shared/protocol/rows.ts'
import { ann, ben, commandId, entry, eva, exampleId, group, member, message, send, user } from '../data/example.ts'
import { accepted, createScript, ended, endedBefore, page, portal, refuse, second, unreachable } from './script.ts'
import type { Script } from './script.ts'

let script: Script
beforeEach(() => {
  script = createScript()
  script.at('l1', 10)
})

const part = () => ({ store: script.store, api: script.api, me: ann, clock: script.clock })
const people = () => [...script.disk.users.rows.keys()]
const messages = () => [...script.disk.messages.rows.values()]

const endings: [name: string, answer: ReturnType<typeof refuse>, ending: Ending][] = [
  ['nobody answers', unreachable, 'unreachable'],
  ['a stranger answers', portal, 'portal'],
  ['the session has ended', refuse('not_signed_in'), 'signed-out'],
  ['the app is too old', refuse('protocol_version'), 'outdated'],
  ['there were too many tries', refuse('too_many_tries'), 'unreachable'],
  ['the request is not understood', refuse('bad_request'), 'unreachable'],
  ['a page is refused for whatever else', refuse('not_found'), 'unreachable'],
]

describe('pulling', () => {
  test('goes on page by page until there is no more', async () => {
    const pulling = pullCampus(part())
    expect(await script.take()).toEqual(['pull l1 10'])
    await script.answer(page({ from: 10, to: 20, head: 30 }))
    await script.answer(page({ from: 20, to: 31, head: 31 }))
    expect(await pulling).toBe('done')
    expect(await script.take()).toEqual(['pull l1 20'])
    expect(script.disk.position.cursor).toBe(31)
  })

  test('a first pull goes on with what the page before said', async () => {
    script.at('', 0)
    const pulling = pullCampus(part())
    await script.take()
    await script.answer(page({ from: 0, to: 0, head: 9, next: 'page 2', rows: [user(ann, 'Ann')] }))
    expect(await script.take()).toEqual(['pull l1 0 from page 2'])
    await script.answer(page({ from: 0, to: 9, rows: [user(ben, 'Ben')] }))
    expect(await pulling).toBe('done')
    expect(people()).toEqual([ann, ben])
  })

  test('a first pull that was interrupted goes on where it was', async () => {
    script.at('l1', 0, [], { next: 'page 2' })
    script.disk.users.rows.set(ann, user(ann, 'Ann'))
    void pullCampus(part())
    expect(await script.take()).toEqual(['pull l1 0 from page 2'])
    await script.answer(page({ from: 0, to: 9, rows: [user(ben, 'Ben')] }))
    expect(people()).toEqual([ann, ben])
  })

  test('a first pull whose place the server does not know begins anew, and keeps nothing of before', async () => {
    script.at('l1', 0, [], { next: 'nowhere' })
    script.disk.users.rows.set(ann, user(ann, 'Ann'))
    const pulling = pullCampus(part())
    await script.take()
    await script.answer(refuse('bad_request'))
    expect(await script.take()).toEqual(['pull l1 0'])
    await script.answer(page({ from: 0, to: 9, rows: [user(ben, 'Ben')] }))
    expect(await pulling).toBe('done')
    expect(people()).toEqual([ben])
  })

  test('a log that went back is pulled afresh, and what it lost is offered again', async () => {
    const lost = message(1, { seq: 8, authorId: ann })
    script.disk.messages.rows.set(lost.id, lost)
    const pulling = pullCampus(part())
    await script.take()
    await script.answer(ended(5))
    expect(script.disk.position).toEqual({ ...NOWHERE, restoring: true })
    await script.answer(page({ lineage: second(5), from: 0, to: 5 }))
    expect(await pulling).toBe('done')
    expect(script.outbox()).toEqual(['text 1: waiting'])
    expect(script.disk.position).toMatchObject({ lineage: 'l2', cursor: 5, restoring: false })
  })

  test.each(['epoch_changed', 'cursor_ahead'] as const)(
    'of a server of the version before %s leads to a first pull',
    async (code) => {
      const lost = message(1, { seq: 8, authorId: ann })
      script.disk.messages.rows.set(lost.id, lost)
      const pulling = pullCampus(part())
      await script.take()
      await script.answer(endedBefore(code, 5))
      expect(await script.take()).toEqual(['pull - 0'])
      await script.answer(page({ lineage: second(5), from: 0, to: 5 }))
      expect(await pulling).toBe('done')
      expect(script.outbox()).toEqual(['text 1: waiting'])
    },
  )

  test('of two that learn of a restored backup at once, one offers what was lost', async () => {
    const lost = message(1, { seq: 8, authorId: ann, text: null })
    script.disk.messages.rows.set(lost.id, lost)
    void pullCampus(part())
    void pullCampus(part())
    await script.take()
    await script.answer(ended(5))
    await script.answer(ended(5))
    expect(await script.take()).toEqual(['pull - 0', 'pull - 0'])
    expect(script.outbox()).toEqual(['message.delete: waiting'])
  })

  test('a page that another tab was quicker to apply changes nothing, and is asked for from there', async () => {
    const pulling = pullCampus(part())
    await script.take()
    script.at('l1', 25)
    await script.answer(page({ from: 10, to: 20, head: 30, rows: [user(ben, 'Ben')] }))
    expect(await script.take()).toEqual(['pull l1 25'])
    await script.answer(page({ from: 25, to: 30 }))
    expect(await pulling).toBe('done')
    expect(people()).toEqual([])
  })

  test('the last page does not end it when another tab began afresh meanwhile', async () => {
    void pullCampus(part())
    await script.take()
    script.at('', 0)
    await script.answer(page({ from: 10, to: 20 }))
    expect(await script.take()).toEqual(['pull - 0'])
  })

  describe('of two leaders in a first pull', () => {
    const first = () => page({ from: 0, to: 0, head: 12, next: 'page 2', rows: [user(ann, 'Ann'), user(eva, 'Old')] })
    const newer = { ...user(eva, 'New'), seq: 11 }
    const last = (to: number, ...held: LiveRow[]) => page({ from: 0, to, rows: held })

    beforeEach(() => script.at('', 0))

    test('the late page of one undoes nothing of the other’s, and nothing is lost', async () => {
      const [one, other] = [pullCampus(part()), pullCampus(part())]
      expect(await script.take()).toEqual(['pull - 0', 'pull - 0'])
      await script.answer(first())
      expect(await script.take()).toEqual(['pull l1 0 from page 2'])
      // The first question of the other one is answered only now, and with what was then.
      await script.answer(first())
      expect(await script.take()).toEqual(['pull l1 0 from page 2'])
      await script.answer(page({ from: 0, to: 0, head: 12, next: 'page 3', rows: [user(ben, 'Ben'), newer] }))
      await script.answer(page({ from: 0, to: 0, head: 11, next: 'page 3 of old', rows: [user(eva, 'Old')] }))
      // Each late page was asked for from elsewhere: it is asked again, from where the device is.
      expect(await script.take()).toEqual(['pull l1 0 from page 3', 'pull l1 0 from page 3'])
      expect(script.disk.users.rows.get(eva)).toEqual(newer)
      await script.answer(last(12))
      await script.answer(last(14, user(eva, 'Old')))
      expect(await script.take()).toEqual(['pull l1 12'])
      await script.answer(page({ from: 12, to: 14, rows: [user(exampleId(4), 'Dan')] }))
      expect([await one, await other]).toEqual(['done', 'done'])
      expect(script.disk.users.rows.get(eva)).toEqual(newer)
      expect(people().toSorted()).toEqual([ann, ben, eva, exampleId(4)])
      expect(script.disk.position.cursor).toBe(14)
    })

    test('a first page that comes late does not begin it anew', async () => {
      const [one, other] = [pullCampus(part()), pullCampus(part())]
      await script.take()
      await script.answer(first())
      await script.take()
      const asked = script.disk.position
      await script.answer(page({ from: 0, to: 0, head: 9, next: 'another page 2', rows: [user(ben, 'Ben')] }))
      expect(script.disk.position).toEqual(asked)
      expect(people()).toEqual([ann, eva])
      await script.answer(last(12, newer))
      await script.answer(last(12, newer))
      expect([await one, await other]).toEqual(['done', 'done'])
    })

    test('what was asked ends with the lead: the answer is not applied, and nothing more is asked', async () => {
      let leads = true
      const pulling = pullCampus(part(), { isOver: () => !leads })
      await script.take()
      leads = false
      await script.answer(first())
      expect(await pulling).toBe('done')
      expect(await script.take()).toEqual([])
      expect(script.disk.position).toEqual(NOWHERE)
      expect(people()).toEqual([])
    })
  })

  describe('a page that contradicts what is held', () => {
    const held = message(1, { seq: 9 })
    const impostor = message(1, { id: exampleId(77), seq: 11, text: 'at a place that is taken' })

    test('is answered by a fresh pull, and what waits stays', async () => {
      script.at('l1', 10, [entry(send('waits'))])
      await script.store.transact(async ({ messages }) => messages.bulkPut([held]))
      const pulling = pullCampus(part())
      await script.take()
      await script.answer(page({ from: 10, to: 12, rows: [impostor] }))
      expect(await script.take()).toEqual(['pull - 0'])
      expect(script.outbox()).toEqual(['waits: waiting'])
      expect(messages()).toEqual([held])
      await script.answer(page({ from: 0, to: 12, rows: [impostor] }))
      expect(await pulling).toBe('done')
      expect(messages()).toEqual([impostor])
      // The server lost nothing: nothing is offered again.
      expect(script.outbox()).toEqual(['waits: waiting'])
    })

    test('is an error in a first pull, which holds nothing that it could contradict', async () => {
      script.at('', 0)
      const failing = expect(pullCampus(part())).rejects.toThrow('a unique index is broken')
      await script.take()
      await script.answer(page({ from: 0, to: 12, rows: [held, impostor] }))
      await failing
      expect(script.disk.position).toEqual(NOWHERE)
    })

    test('is told from a disk that has no room, where pulling afresh would not help', async () => {
      script.disk.journal.fault = 'QuotaExceededError'
      const failing = expect(pullCampus(part())).rejects.toMatchObject({ name: 'QuotaExceededError' })
      await script.take()
      await script.answer(page({ from: 10, to: 12, rows: [held] }))
      await failing
      expect(script.disk.position.cursor).toBe(10)
    })
  })

  test('a held question is not asked of one who never pulled', async () => {
    script.at('', 0)
    void pullCampus(part(), { wait: true })
    expect(await script.take()).toEqual(['pull - 0'])
  })

  test('a held question that brings nothing ends', async () => {
    const pulling = pullCampus(part(), { wait: true })
    expect(await script.take()).toEqual(['pull l1 10 and wait'])
    await script.answer(page({ from: 10, to: 10 }))
    expect(await pulling).toBe('done')
  })

  test('progress counts from where this catching up began', async () => {
    const progress: string[] = []
    void pullCampus(part(), { onProgress: (done, total) => progress.push(`${done} of ${total}`) })
    await script.take()
    await script.answer(page({ from: 10, to: 20, head: 110 }))
    await script.answer(page({ from: 20, to: 70, head: 120 }))
    await script.answer(page({ from: 70, to: 120 }))
    expect(progress).toEqual(['10 of 100', '60 of 110'])
  })

  test.each(endings)('when %s everything stays where it was', async (_, answer, ending) => {
    const pulling = pullCampus(part())
    await script.take()
    await script.answer(answer)
    expect(await pulling).toBe(ending)
    expect(script.disk.position).toMatchObject({ lineage: 'l1', cursor: 10, next: null })
  })
})

describe('sending', () => {
  test('with nothing to send nobody is asked', async () => {
    expect(await sendCampus(part())).toBe('done')
    expect(await script.take()).toEqual([])
  })

  test('what waits goes out in order, 100 at a time', async () => {
    const entries = Array.from({ length: 130 }, (_, index) => entry(send(`text ${index}`)))
    script.at('l1', 10, entries)
    const sending = sendCampus(part())
    const texts = entries.map((_, index) => `text ${index}`)
    expect(await script.take()).toEqual([`post l1 10 ${texts.slice(0, 100).join(', ')}`])
    await script.answer({ kind: 'ok', value: entries.slice(0, 100).map(({ id }) => accepted(id, 10)) })
    expect(await script.take()).toEqual([`post l1 10 ${texts.slice(100).join(', ')}`])
    await script.answer({ kind: 'ok', value: entries.slice(100).map(({ id }) => accepted(id, 12)) })
    expect(await sending).toBe('done')
    expect(script.outbox()).toHaveLength(30)
  })

  test('a request is never larger than the server takes, and what is long goes out in several', async () => {
    const entries = Array.from({ length: 60 }, () => entry(send('界'.repeat(MESSAGE_TEXT_MAX))))
    script.at('l1', 10, entries)
    const sizes: number[] = []
    const answered: string[] = []
    const sending = sendCampus({
      ...part(),
      api: {
        ...script.api,
        async send({ lineage, cursor }, commands) {
          sizes.push(new TextEncoder().encode(JSON.stringify({ lineage, cursor, epoch: '', commands })).length)
          answered.push(...commands.map(({ id }) => id))
          return { kind: 'ok', value: commands.map(({ id }) => accepted(id, 10)) }
        },
      },
    })
    expect(await sending).toBe('done')
    expect(answered).toEqual(entries.map(({ id }) => id))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(BODY_BYTES_MAX)
    expect(sizes).toHaveLength(2)
  })

  test('after a restored backup it pulls first, and what was lost goes before what waits', async () => {
    script.at('l1', 10, [entry(send('waits'))])
    const lost = message(1, { id: commandId(), seq: 8, authorId: ann, text: 'lost' })
    script.disk.messages.rows.set(lost.id, lost)
    const sending = sendCampus(part())
    expect(await script.take()).toEqual(['post l1 10 waits'])
    await script.answer(ended(5))
    expect(await script.take()).toEqual(['pull l1 10'])
    await script.answer(ended(5))
    await script.answer(page({ lineage: second(5), from: 0, to: 5 }))
    expect(await script.take()).toEqual(['pull - 0', 'post l2 5 lost, waits'])
    await script.answer({ kind: 'ok', value: [...script.disk.outbox.rows.values()].map(({ id }) => accepted(id, 5)) })
    expect(await sending).toBe('done')
    expect(script.outbox()).toEqual([])
  })

  test('what is refused does not keep the rest from going', async () => {
    const [one, two] = [entry(send('one')), entry(send('two'))]
    script.at('l1', 10, [one, two])
    const sending = sendCampus(part())
    await script.take()
    await script.answer({
      ...{ kind: 'ok', value: [{ status: 'refused', id: one.id, code: 'not_a_member', message: 'No.' }] },
    })
    expect(await script.take()).toEqual(['post l1 10 two'])
    await script.answer({ kind: 'ok', value: [accepted(two.id, 12)] })
    expect(await sending).toBe('done')
    expect(script.outbox()).toEqual(['one: refused', 'two: accepted'])
  })

  test('an answer that says nothing of what was asked is no answer', async () => {
    script.at('l1', 10, [entry(send('one'))])
    const sending = sendCampus(part())
    await script.take()
    await script.answer({ kind: 'ok', value: [] })
    expect(await script.take()).toEqual([])
    expect(await sending).toBe('unreachable')
  })

  test.each(endings)('when %s all of it waits on', async (_, answer, ending) => {
    script.at('l1', 10, [entry(send('one')), entry(send('two'))])
    const sending = sendCampus(part())
    await script.take()
    await script.answer(answer)
    expect(await sending).toBe(ending)
    expect(script.outbox()).toEqual(['one: waiting', 'two: waiting'])
  })
})

describe('history', () => {
  const older = message(3)
  const load = (conversationId: string) => loadHistory(part(), conversationId, 9)
  const answer = () =>
    script.answer({ kind: 'ok', value: { lineage: { id: 'l1', start: 0 }, head: 10, rows: [older] } } as never)
  const held = () => [...script.disk.messages.rows.values()]
  const join = (since: number) => script.disk.members.rows.set(`${group},${ann}`, { ...member(ann), since })

  test('is kept beside what the log brought', async () => {
    join(1)
    const loading = load(group)
    await script.take()
    await answer()
    expect(await loading).toBe('loaded')
    expect(held()).toEqual([older])
  })

  test('does not undo what changed while it was on its way', async () => {
    join(1)
    const loading = load(group)
    await script.take()
    const edited = message(3, { seq: 11, text: 'edited' })
    script.disk.messages.rows.set(edited.id, edited)
    await answer()
    expect(await loading).toBe('loaded')
    expect(held()).toEqual([edited])
  })

  const others: [string, () => void][] = [
    ['one was removed', () => script.disk.members.rows.clear()],
    ['one was removed and added again', () => join(7)],
    ['the log went back', () => script.at('l1', 10, [], { restoring: true })],
    ['the log went on from a backup', () => script.at('l2', 10)],
  ]
  test.each(others)('is not kept when %s meanwhile', async (_, change) => {
    join(1)
    const loading = load(group)
    await script.take()
    change()
    await answer()
    expect(await loading).toBe('refused')
    expect(held()).toEqual([])
  })

  test('of Everyone needs no membership', async () => {
    const loading = load(EVERYONE_ID)
    await script.take()
    await answer()
    expect(await loading).toBe('loaded')
  })

  test('tells whether it was refused or there was no network', async () => {
    for (const [outcome, expected] of [
      [refuse('not_a_member'), 'refused'],
      [unreachable, 'offline'],
      [portal, 'offline'],
    ] as const) {
      const loading = load(group)
      await script.take()
      await script.answer(outcome)
      expect(await loading).toBe(expected)
    }
  })
})
