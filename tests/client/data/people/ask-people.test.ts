import 'fake-indexeddb/auto'
import { afterEach, expect, test } from 'vitest'
import { createPeopleAsker, type AskedPeople } from '../../../../client/data/people/ask-people.ts'
import { listPeople } from '../../../../client/data/people/directory.ts'
import { createNameKeeper } from '../../../../client/data/people/keep-names.ts'
import { findMentionCandidates } from '../../../../client/data/composing/mention-candidates.ts'
import type { Session } from '../../../../client/data/session.ts'
import { EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { answer, createDevice } from '../device.ts'
import { ben, conversation, eva, exampleId, user } from '../example.ts'

let session: Session
afterEach(() => session.db.delete())

const zoe = exampleId(4)
const names = async () => (await listPeople(session.db)).map(({ name }) => name)

/** A device in a crowd, or in none, whose server knows these people. Returns what it is asked. */
async function device(crowded: boolean, people = [{ ...user(zoe, 'Zoe'), seq: 7 }], isThere = () => true) {
  const asked: string[] = []
  session = await createDevice(async (input, init) => {
    if (!isThere()) throw new Error('no network')
    asked.push(`${String(input)} ${typeof init?.body === 'string' ? init.body : ''}`.trim())
    return answer({ head: 9, total: 7_000, crowded, people, next: null })
  })
  await session.db.conversations.put(conversation({ id: EVERYONE_ID, kind: 'everyone', crowded }))
  return asked
}

test('where everybody is held, nobody is asked', async () => {
  const asked = await device(false)
  createPeopleAsker(session).want('')
  createNameKeeper(session)([ben, zoe])
  expect(await findMentionCandidates(session, EVERYONE_ID, 'zo')).toEqual([])
  expect(asked).toEqual([])
})

test('who looks for somebody finds those held at once, and others once the server has answered', async () => {
  const asked = await device(true)
  const said: (AskedPeople | null)[] = []
  const asker = createPeopleAsker(session, (one) => said.push(one))
  expect(asker.search(await listPeople(session.db), 'zo')).toEqual([])
  await waitFor('Zoe', async () => (await names()).includes('Zoe') || undefined)
  expect(asker.search(await listPeople(session.db), 'zo').map(({ name }) => name)).toEqual(['Zoe'])
  expect(asked).toEqual(['/api/people?words=zo'])
  expect(said.at(-1)).toEqual({ total: 7_000, hasMore: false })
})

test('a mention of somebody in the crowd whom this device has not met is completed', async () => {
  await device(true)
  const candidates = await findMentionCandidates(session, EVERYONE_ID, 'zo')
  expect(candidates).toMatchObject([{ kind: 'person', handle: 'zoe' }])
})

test('a name on the screen is asked for where the log does not tell it, once for each time that it is shown', async () => {
  const asked = await device(true, [{ ...user(eva, 'Evangeline'), seq: 1 }])
  const keepNames = createNameKeeper(session)
  // Ben is in a group with the owner of this device: the log tells of him.
  keepNames([ben, eva])
  await waitFor('the new name', async () => (await names()).includes('Evangeline') || undefined)
  keepNames([ben, eva])
  createNameKeeper(session)([eva])
  await waitFor('another question', () => asked.length > 1 || undefined)
  expect(asked).toEqual([
    `/api/people ${JSON.stringify({ ids: [eva] })}`,
    `/api/people ${JSON.stringify({ ids: [eva] })}`,
  ])
})

test('a list that was read hears of a name that was asked for, though the log moved nothing', async () => {
  await device(true, [{ ...user(eva, 'Evangeline'), seq: 1 }])
  expect(await names()).toEqual(['Ann', 'Ben', 'Eva'])
  createNameKeeper(session)([eva])
  await waitFor('the new name', async () => (await names()).includes('Evangeline') || undefined)
  expect((await listPeople(session.db)).length).toBe(3)
})

test('with no network nothing is lost by asking: it is asked again when they are shown the next time', async () => {
  let isThere = false
  const asked = await device(true, [{ ...user(eva, 'Evangeline'), seq: 1 }], () => isThere)
  const keepNames = createNameKeeper(session)
  keepNames([eva])
  isThere = true
  await waitFor('the new name', async () => {
    keepNames([eva])
    return (await names()).includes('Evangeline') || undefined
  })
  expect(asked).toHaveLength(1)
})
