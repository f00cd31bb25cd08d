import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { classroomFiles } from '../../../client/data/classroom/classroom-files.ts'
import { openAsStudent } from '../../../client/data/classroom/open-as-student.ts'
import { openDesk } from '../../../client/data/classroom/open-desk.ts'
import type { OpenedClassroom } from '../../../client/data/classroom/opened-classroom.ts'
import { accountFiles } from '../../../client/data/files/account-files.ts'
import { setFileChoices } from '../../../client/data/files/file-choices.ts'
import type { FileSource } from '../../../client/data/files/file-source.ts'
import type { Session } from '../../../client/data/session.ts'
import type { Environment } from '../../../client/sync/environment.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createDevice } from '../data/device.ts'
import { createFakeRoom, first, ROOM } from './fake-classroom.ts'

let session: Session
let environment: Environment
let isPoor: boolean
let room: OpenedClassroom | undefined
beforeEach(async () => {
  isPoor = false
  session = await createDevice()
  environment = { ...createFakeRoom().openTab().environment, isNetworkPoor: () => isPoor }
})
afterEach(async () => {
  room?.close()
  await room?.db.delete()
  room = undefined
  await session.db.delete()
})

async function atDesk(): Promise<FileSource> {
  room = await openDesk(environment, session, ROOM)
  return classroomFiles(room)
}
async function asStudent(): Promise<FileSource> {
  room = await openAsStudent(environment, ROOM, null)
  return classroomFiles(room)
}
const inConversations = async () => accountFiles(session, environment)
const come = ({ photosCome }: FileSource) => first(photosCome, () => true)

test.each([
  ['in conversations', inConversations],
  ['at a desk', atDesk],
])('%s photos wait for a tap where the account chose so, also while they are looked at', async (_, open) => {
  const source = await open()
  const seen: boolean[] = []
  const subscription = source.photosCome.subscribe((value) => seen.push(value))
  await waitFor('them to come', () => seen.at(-1) === true || undefined)
  await setFileChoices(session, { photos: 'on-tap' })
  await waitFor('them to wait', () => seen.at(-1) === false || undefined)
  subscription.unsubscribe()
})

test('a student has chosen nothing, whoever is signed in beside it', async () => {
  await setFileChoices(session, { photos: 'on-tap' })
  expect(await come(await asStudent())).toBe(true)
})

test.each([
  ['in conversations', inConversations],
  ['at a desk', atDesk],
  ['of a student', asStudent],
])('%s photos wait for a tap on a poor network', async (_, open) => {
  isPoor = true
  expect(await come(await open())).toBe(false)
})
