import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuditEntry, writeAudited } from '../../../server/audit/audit.ts'
import { findBrokenAudit } from '../../../server/audit/find-broken-audit.ts'
import { listAudit } from '../../../server/audit/list-audit.ts'
import { type Backend, createBackend } from '../../support/backend.ts'

const ACTOR = { id: '01890a5d-ac96-774b-bcce-b302099a8057', via: 'app' } as const
const change = (id: string, detail?: AuditEntry['detail']): AuditEntry => ({
  ...{ actor: ACTOR, act: 'setting.change', subject: { kind: 'setting', id } },
  ...(detail !== undefined && { detail }),
})

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
beforeEach(() => backend.store.db.deleteFrom('audit').execute())
afterAll(() => backend.dispose())

const write = (...entries: AuditEntry[]) =>
  writeAudited(backend.store, 1_000, async () => ({ answer: undefined, entries }))

test('acts are numbered from 1, and read from the newest on, page by page', async () => {
  await write(change('one', { before: null, after: 'ü' }), change('two'))
  await writeAudited(backend.store, 2_000, async () => ({
    answer: undefined,
    entries: [{ actor: { id: null, via: 'command-line' }, act: 'backup.make', subject: { kind: 'server', id: null } }],
  }))
  expect(await listAudit(backend.store.db, null, 2)).toEqual([
    {
      ...{ n: 3, at: 2_000, actorId: null, via: 'command-line', act: 'backup.make' },
      ...{ subjectKind: 'server', subjectId: null, detail: {} },
    },
    expect.objectContaining({ n: 2, subjectId: 'two', actorId: ACTOR.id }),
  ])
  expect(await listAudit(backend.store.db, 2, 2)).toEqual([
    expect.objectContaining({ n: 1, subjectId: 'one', detail: { before: null, after: 'ü' } }),
  ])
})

test('what is undone leaves no row, and takes no number', async () => {
  await write(change('one'))
  const undone = writeAudited(backend.store, 1_000, async () => {
    throw new Error('not done')
  })
  await expect(undone).rejects.toThrow('not done')
  await write(change('two'))
  expect((await listAudit(backend.store.db, null, 9)).map(({ n }) => n)).toEqual([2, 1])
})

test('many who act at once, in two processes, make one row after the other', async () => {
  const other = backend.openStore()
  const writers = Array.from({ length: 20 }, (_, index) =>
    writeAudited(index % 2 === 0 ? backend.store : other, index, async () => ({
      answer: undefined,
      entries: [change(String(index))],
    })),
  )
  await Promise.all(writers)
  const rows = await listAudit(backend.store.db, null, 100)
  expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index))
  expect(new Set(rows.map(({ subjectId }) => subjectId)).size).toBe(20)
  expect(await findBrokenAudit(backend.store.db)).toBeUndefined()
})

const forgeries: [string, number, (backend: Backend) => Promise<unknown>][] = [
  [
    'another act',
    2,
    ({ store }) => store.db.updateTable('audit').set({ act: 'person.suspend' }).where('n', '=', 2).execute(),
  ],
  ['another time', 1, ({ store }) => store.db.updateTable('audit').set({ at: 1_001 }).where('n', '=', 1).execute()],
  [
    'somebody else',
    3,
    ({ store }) => store.db.updateTable('audit').set({ actor_id: null }).where('n', '=', 3).execute(),
  ],
  ['a row taken out', 2, ({ store }) => store.db.deleteFrom('audit').where('n', '=', 2).execute()],
]

test.each(forgeries)('a row that was changed in the database is found: %s', async (_, n, forge) => {
  await write(change('one'), change('two'), change('three'), change('four'))
  expect(await findBrokenAudit(backend.store.db)).toBeUndefined()
  await forge(backend)
  expect(await findBrokenAudit(backend.store.db)).toBe(n)
})
