import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import { expect } from 'vitest'
import { openFolderHome } from '../../../../server/files/folder-home.ts'
import type { FileHome } from '../../../../server/files/home.ts'
import { fillDemo } from '../../../../server/ops/demo/fill.ts'
import type { Database } from '../../../../server/store/schema.ts'
import { type Backend, createBackend } from '../../../support/backend.ts'
import * as c from '../../../support/campus.ts'
import { ask, createTestClassroom, follow, merge, retract, vote } from '../../../support/classroom.ts'

export interface Filled {
  backend: Backend
  db: Database
  home: FileHome
}

/** A server with all that happens on one: the demo with few messages, and more. Its files lie in its folder. */
export async function createFilled(): Promise<Filled> {
  const backend = await createBackend()
  const home = await openFolderHome(join(backend.dataDir, 'files'))
  await fillDemo(backend.openStore(), home, { now: Date.now(), messages: 300, onProgress: () => undefined })
  await liven(backend)
  return { backend, db: backend.store.db, home }
}

/** What the demo has none of. */
async function liven({ store }: Backend): Promise<void> {
  const campus = c.createCampus({ store })
  const [ann, ben] = [await campus.register('Ann Lee'), await campus.register('Ben Ode')]
  const group = await campus.group(ann, ben)
  const said = c.send(group, 'Look, @Ben', { mentions: [ben], mentionsAll: true })
  await campus.accept(ann, said, c.pin(group, said.id), c.react(group, said.id), c.edit(group, said.id, 'Look'))
  await campus.accept(ben, c.receive(group, 1), c.read(group, 1), c.setDraft(group, 'Well'), c.hide(group, said.id))
  await campus.accept(ben, c.send(group, 'Gone'), c.send(group, 'Here', { replyToId: said.id }))
  await campus.publishReceipts(group)
  await campus.accept(ann, c.remove(group, said.id), c.setPreference({ seen: false }))
  const direct = await campus.direct(ann, ben)
  await campus.accept(ben, { type: 'block.set', id: uuidv7(), userId: ann, blocked: true })
  await campus.accept(ann, c.send(direct, 'You there?'))
  expect(campus.errors).toEqual([])
  const room = await createTestClassroom({ store, owner: ann, now: Date.now() })
  const [one, two] = [ask('Why?'), ask('Why so?')]
  await room.accept(one.command)
  await room.accept(two.command)
  const cast = vote(two.id, one.command.receiptHash)
  for (const command of [cast, vote(one.id), vote(two.id)]) await room.accept(command)
  await room.act(merge(two.id, one.id))
  for (const command of [vote(two.id), retract(two.id, one.receipt), follow(two.id, two.receipt)])
    await room.accept(command)
}
