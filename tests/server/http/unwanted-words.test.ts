import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SERVER_ID } from '../../../server/commands/roles.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { edit, send } from '../../support/campus.ts'
import { ask, edit as editQuestion, set } from '../../support/classroom.ts'
import { type ApiServer, createApiServer } from './api-server.ts'
import { makeClassroom, say, sayAsStaff } from './classroom-calls.ts'

/* Words that an operator does not want: nobody writes them to Everyone but moderators, and in every classroom they hold a question. */

let backend: Backend
let server: ApiServer
let ann: Awaited<ReturnType<ApiServer['join']>>
let mo: Awaited<ReturnType<ApiServer['join']>>
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store, { chosen: { words: ['blast'] } })
  ann = await server.join('ann')
  mo = await server.join('moe')
  await server.campus.accept(SERVER_ID, { type: 'role.set', id: uuidv7(), userId: mo.userId, role: 'moderator' })
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

async function give(cookie: string, ...commands: object[]): Promise<unknown[]> {
  const answer = await server.call('POST', '/api/commands', { cookie, body: { commands } })
  const { results } = answer.body as { results: { status: string; code?: string; message?: string }[] }
  return results.map(({ status, code, message }) => (status === 'accepted' ? status : [code, message]))
}

const REFUSED = ['forbidden', 'A word in it is not wanted in Everyone. Change it, and send it again.']

test('to Everyone they are refused with a sentence, in a message and in an edit, however they are written', async () => {
  const fine = send(EVERYONE_ID, 'Good day')
  const group = await server.campus.group(ann.userId)
  expect(
    await give(
      ann.cookie,
      fine,
      send(EVERYONE_ID, 'Oh blast it'),
      send(EVERYONE_ID, 'ＢＬＡＳＴ'),
      edit(EVERYONE_ID, fine.id, 'Blasted'),
      send(EVERYONE_ID, 'Good night'),
      send(group, 'blast, among ourselves'),
    ),
  ).toEqual(['accepted', REFUSED, REFUSED, REFUSED, 'accepted', 'accepted'])
  const row = await backend.store.db.selectFrom('message').select('text').where('id', '=', fine.id).executeTakeFirst()
  expect(row).toEqual({ text: 'Good day' })
})

test('moderators write as they like', async () => {
  expect(await give(mo.cookie, send(EVERYONE_ID, 'Nobody writes blast here'))).toEqual(['accepted'])
})

test('a question with one waits for staff in every classroom, besides those with a word of its own', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  await sayAsStaff(server, id, ann.cookie, set({ words: ['bother'] }))
  const stateOf = async (text: string, then?: string) => {
    const asked = ask(text)
    await say(server, id, asked.command)
    if (then !== undefined) await say(server, id, editQuestion(asked.id, asked.receipt, then))
    const { state } = await backend.store.db
      .selectFrom('question')
      .select('state')
      .where('id', '=', asked.id)
      .executeTakeFirstOrThrow()
    return state
  }
  expect(await stateOf('Why is that?')).toBe('shown')
  expect(await stateOf('Why the blast?')).toBe('held')
  expect(await stateOf('Why bother?')).toBe('held')
  expect(await stateOf('Why is that?', 'Blast that')).toBe('held')
})
