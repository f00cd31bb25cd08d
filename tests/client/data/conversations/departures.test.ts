import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { saveEdit } from '../../../../client/data/composing/edit-draft.ts'
import { saveThreadAnswer } from '../../../../client/data/composing/thread-answers.ts'
import { saveDraft } from '../../../../client/data/composing/draft.ts'
import {
  discardKept,
  dismissDeparture,
  watchDeparture,
  watchDepartures,
} from '../../../../client/data/conversations/departures.ts'
import { watchUnsent } from '../../../../client/data/outbox/watch-unsent.ts'
import type { Session } from '../../../../client/data/session.ts'
import { createCampusKind } from '../../../../client/sync/campus-kind.ts'
import { createDexieStore } from '../../../../client/sync/dexie-store.ts'
import { createDevice, until } from '../device.ts'
import { ann, ben, entry, group, member, message, NOON, refused, send } from '../example.ts'

let session: Session
beforeEach(async () => {
  session = await createDevice()
})
afterEach(() => session.db.delete())

/** The tombstone of Ann's membership arrives. */
async function end(removedBy: string): Promise<void> {
  const kind = createCampusKind(ann, session.clock)
  const row = { ...member(ann), seq: 9, removed: true, removedBy, removedAt: NOON }
  await createDexieStore(session.db).transact((tables) => kind.applyRows(tables, [row], false, []))
}

test('whoever was put out sees by whom and when, and keeps a half-written text, an edit, a reply begun in a thread and what was not taken', async () => {
  await saveDraft(session, group, 'half a word')
  await saveEdit(session, {
    ...{ messageId: message(1).id, conversationId: group, kind: 'edit' },
    ...{ text: 'better', before: 'worse', isOpen: true },
  })
  await saveThreadAnswer(session, { id: message(1).id, conversationId: group, text: 'an answer' })
  await session.db.outbox.bulkPut([entry(send('not taken'), refused), entry(send('waits'))])
  await end(ben)
  const view = await until(watchDeparture(session, group))
  expect(view).toMatchObject({ title: 'Film club', isOwn: false, by: { name: 'Ben' }, at: NOON })
  expect(view?.kept.map(({ kind, text, isLoose }) => [kind, text, isLoose])).toEqual([
    ['draft', 'half a word', true],
    ['edit', 'better', true],
    ['reply', 'an answer', true],
    ['unsent', 'not taken', true],
    ['unsent', 'waits', false],
  ])
  const unsent = await until(watchUnsent(session))
  expect(unsent.map(({ conversationTitle }) => conversationTitle)).toEqual(['Film club', 'Film club'])
  for (const text of view?.kept ?? []) if (text.kind === 'reply') await discardKept(session, group, text)
  expect((await until(watchDeparture(session, group)))?.kept.map(({ kind }) => kind)).not.toContain('reply')
})

test('what was begun on another device is kept too', async () => {
  await session.db.keptDrafts.put({
    ...{ type: 'draft', seq: 8, conversationId: group, text: 'from the phone', replyToId: null, changedAt: NOON },
  })
  await end(ben)
  const view = await until(watchDeparture(session, group))
  expect(view?.kept).toMatchObject([{ kind: 'draft', text: 'from the phone' }])
  for (const text of view?.kept ?? []) await discardKept(session, group, text)
  expect((await until(watchDeparture(session, group)))?.kept).toEqual([])
})

test('the list tells of it until it is dismissed', async () => {
  await end(ben)
  expect(await until(watchDepartures(session))).toMatchObject([{ title: 'Film club' }])
  await dismissDeparture(session, group)
  expect(await until(watchDepartures(session))).toEqual([])
  expect(await until(watchDeparture(session, group))).toBeNull()
})

test('dismissed while something still waits, it is told of once more when that is not taken, by its name', async () => {
  const waits = entry(send('waits'))
  await session.db.outbox.bulkPut([waits])
  await saveDraft(session, group, 'half a word')
  await end(ben)
  await dismissDeparture(session, group)
  expect(await until(watchDepartures(session))).toEqual([])
  expect(await session.db.drafts.toArray()).toEqual([])
  await session.db.outbox.update(waits.position, { state: refused })
  expect(await until(watchUnsent(session))).toMatchObject([{ conversationTitle: 'Film club' }])
  expect(await until(watchDepartures(session))).toMatchObject([{ title: 'Film club', kept: [{ text: 'waits' }] }])
  await dismissDeparture(session, group)
  expect(await session.db.outbox.count()).toBe(0)
  expect(await session.db.departures.count()).toBe(0)
})

test('what one left oneself is in the list only while something of one’s own is kept', async () => {
  await saveDraft(session, group, 'half a word')
  await end(ann)
  const [left] = await until(watchDepartures(session))
  expect(left).toMatchObject({ isOwn: true, by: null, kept: [{ text: 'half a word' }] })
  for (const text of left?.kept ?? []) await discardKept(session, group, text)
  expect(await until(watchDepartures(session))).toEqual([])
})

test('while a first pull runs nothing is said of groups that it may bring', async () => {
  await createDexieStore(session.db).transact((tables) => createCampusKind(ann, session.clock).clearRows(tables))
  const at = { key: 'position', log: 'campus', epoch: 'one', next: null } as const
  await session.db.meta.put({ ...at, cursor: 0 })
  expect(await until(watchDepartures(session))).toEqual([])
  await session.db.meta.put({ ...at, cursor: 7 })
  expect(await until(watchDepartures(session))).toMatchObject([{ title: 'Film club', by: null, at: null }])
})
