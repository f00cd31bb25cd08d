import { expect, test } from 'vitest'
import { beginEpoch } from '../../../server/ops/begin-epoch.ts'
import { createBackend } from '../../support/backend.ts'
import { createCampus, send } from '../../support/campus.ts'

test('a new epoch begins at the head, and the log goes on from there', async () => {
  const backend = await createBackend()
  const campus = createCampus({ store: backend.store })
  const ann = await campus.register()
  const getLog = () => backend.store.db.selectFrom('log').selectAll().executeTakeFirstOrThrow()
  const before = await getLog()
  expect(await beginEpoch(backend.store)).toBe(1)
  const after = await getLog()
  expect(after).toEqual({ ...before, epoch: after.epoch, epoch_start: before.head })
  expect(after.epoch).not.toBe(before.epoch)
  await campus.accept(ann, send())
  expect(await getLog()).toMatchObject({ epoch: after.epoch, epoch_start: before.head })
  expect(campus.published.at(-1)).toMatchObject({ epoch: after.epoch, from: before.head })
  await backend.dispose()
})
