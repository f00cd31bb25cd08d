import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listPeople } from '../../../../client/data/people/directory.ts'
import { createFindPerson } from '../../../../client/data/people/person.ts'
import type { Session } from '../../../../client/data/session.ts'
import { watchMe, watchPeople } from '../../../../client/data/people/watch-people.ts'
import { createDevice, until } from '../device.ts'
import { ann, commandId, entry, eva, exampleId, user } from '../example.ts'

let session: Session

beforeEach(async () => {
  session = await createDevice()
})

afterEach(() => session.db.delete())

const names = (people: readonly { name: string }[]) => people.map((person) => person.name)

test('who did not change stays the same, also in a list that did', async () => {
  const before = await listPeople(session.db)
  expect(await listPeople(session.db)).toBe(before)
  await session.db.users.put({ ...user(exampleId(4), 'Cleo'), seq: 9 })
  const after = await listPeople(session.db)
  expect(names(after)).toEqual(['Ann', 'Ben', 'Cleo', 'Eva'])
  expect(before.every((person) => after.includes(person))).toBe(true)
})

test('a new name moves its person to its place', async () => {
  await listPeople(session.db)
  await session.db.users.put({ ...user(eva, 'Aaron'), seq: 9 })
  expect(names(await listPeople(session.db))).toEqual(['Aaron', 'Ann', 'Ben'])
})

test('who deleted their account is in no list, and is known where they wrote', async () => {
  await listPeople(session.db)
  await session.db.users.put({ ...user(eva, 'Former member'), seq: 9, former: true })
  expect(names(await listPeople(session.db))).toEqual(['Ann', 'Ben'])
  expect(names(await listPeople(session.db))).toEqual(['Ann', 'Ben'])
  const find = createFindPerson(await session.db.users.toArray(), [], ann)
  expect(find(eva)).toEqual({ id: eva, handle: '', name: 'Former member', pictureId: null, former: true })
})

test('after the device was cleared for another epoch the list is a new one', async () => {
  await session.db.users.put({ ...user(exampleId(4), 'Cleo'), seq: 900 })
  await listPeople(session.db)
  await session.db.transaction('rw', session.db.users, async () => {
    await session.db.users.clear()
    await session.db.users.bulkPut([user(ann, 'Ann'), user(exampleId(5), 'Dora')])
  })
  expect(names(await listPeople(session.db))).toEqual(['Ann', 'Dora'])
})

test('a list that is followed is told of a new picture, and is not told twice of nothing', async () => {
  const told: unknown[] = []
  await until(watchPeople(session), (people) => {
    told.push(people)
    return true
  })
  const changed = until(watchPeople(session), (people) => people.some((person) => person.pictureId !== null))
  await session.db.users.put({ ...user(eva, 'Eva'), seq: 9, pictureId: exampleId(8) })
  expect((await changed).find((person) => person.id === eva)?.pictureId).toBe(exampleId(8))
  expect(told).toHaveLength(1)
})

test('one’s own new picture shows while it waits, and its taking away too', async () => {
  const id = commandId()
  const { position: _, ...row } = entry({ type: 'profile.picture', id, picture: 'AAAA' })
  await session.db.outbox.add(row)
  expect((await until(watchMe(session))).pictureId).toBe(id)
  const { position: __, ...second } = entry({ type: 'profile.picture', id: commandId(), picture: null })
  await session.db.outbox.add(second)
  expect((await until(watchMe(session))).pictureId).toBeNull()
})
