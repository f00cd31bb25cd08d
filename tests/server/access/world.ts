import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { uuidv7 } from 'uuidv7'
import { SERVER_ID } from '../../../server/commands/roles.ts'
import type { Store } from '../../../server/store/store.ts'
import { EVERYONE_ID, type Role } from '../../../shared/protocol/fields.ts'
import * as c from '../../support/campus.ts'
import { answer, ask, judge, putFile } from '../../support/classroom.ts'
import { type ApiServer, createApiServer } from '../http/api-server.ts'
import { makeClassroom, say, sayAsStaff } from '../http/classroom-calls.ts'

/*
 * One campus with everybody in it who can be told apart by what they may do, and something secret in each place that not everybody
 * may look into. The tables of this folder say what each of them gets of each route, command and frame.
 */

/** Every kind of caller. */
export const CALLERS = [
  // Nobody signed in: no cookie; one who asked a question and has its receipt; one whose session has ended.
  ...(['stranger', 'asker', 'expired'] as const),
  // Somebody with an account who is in nothing, and one who is suspended, once in the group.
  ...(['newcomer', 'suspended'] as const),
  // Of the group: its leader, who also made the classroom; one in it; one who was.
  ...(['creator', 'member', 'exMember'] as const),
  // Whoever answers in the classroom besides; and two of whom one blocked the other.
  ...(['staff', 'blocker', 'blocked'] as const),
  ...(['moderator', 'operator'] as const),
] as const
export type Caller = (typeof CALLERS)[number]

export interface Somebody {
  userId: string
  cookie: string | undefined
}

/** Words that stand in one place alone, with who may read them. */
export const SECRETS = {
  groupText: { words: 'the-words-of-the-group', may: ['creator', 'member', 'moderator', 'operator'] },
  directText: { words: 'the-words-between-two', may: ['creator', 'member'] },
  beforeBlock: { words: 'the-words-before-the-block', may: ['blocker', 'blocked'] },
  withheld: { words: 'the-words-that-were-kept-away', may: ['blocked'] },
  draft: { words: 'the-words-of-a-draft', may: ['member'] },
  heldQuestion: { words: 'the-words-of-a-held-question', may: ['creator', 'staff'] },
  reason: { words: 'the-reason-of-a-report', may: ['member', 'moderator', 'operator'] },
  invitation: { words: 'the-note-of-an-invitation', may: ['operator'] },
  suspension: { words: 'the-reason-of-a-suspension', may: ['suspended', 'moderator', 'operator'] },
  address: { words: 'member@secret.example.edu', may: ['member'] },
  file: { words: 'the-name-of-a-file', may: ['creator', 'member', 'moderator', 'operator'] },
} as const satisfies Record<string, { words: string; may: readonly Caller[] }>

export interface World {
  server: ApiServer
  store: Store
  people: Record<Caller, Somebody>
  group: string
  direct: string
  /** Of the blocker and the blocked. */
  blockedDirect: string
  groupMessage: string
  /** Of the member. */
  memberMessage: string
  everyoneMessage: string
  picture: string
  groupPicture: string
  file: string
  answerFile: string
  classroom: string
  code: string
  question: string
  heldQuestion: string
  reply: string
  receipt: string
  invitation: string
  close(): Promise<void>
}

/** `tag` makes handles that are free on this store. */
export async function createWorld(store: Store, tag: string): Promise<World> {
  // Each call is in a window of its own: what a link takes in one is no matter here.
  let now = Date.now()
  const server = await createApiServer(store, {
    chosen: { contact: 'the office' },
    limitsNow: () => (now += 60 * 60_000),
  })
  const { campus } = server
  const people: Partial<Record<Caller, Somebody>> = { stranger: nobody(), asker: nobody() }
  for (const caller of CALLERS) people[caller] ??= await server.join(`${caller.toLowerCase()}.${tag}`)
  const who = people as Record<Caller, Somebody>
  const id = (caller: Caller) => who[caller].userId

  const role = (caller: Caller, as: Role) => ({ type: 'role.set', id: uuidv7(), userId: id(caller), role: as }) as const
  await campus.accept(SERVER_ID, role('moderator', 'moderator'), role('operator', 'operator'))
  const group = await campus.group(id('creator'), id('member'), id('exMember'), id('suspended'))
  await campus.accept(id('creator'), c.removeMember(group, id('exMember')))
  const direct = await campus.direct(id('creator'), id('member'))
  const blockedDirect = await campus.direct(id('blocker'), id('blocked'))

  const file = await putFile(store, id('creator'), { name: `${SECRETS.file.words}.pdf` })
  await keepContent(server, file)
  const said = {
    group: c.send(group, SECRETS.groupText.words, { files: [{ id: file, description: '' }] }),
    member: c.send(group, 'of the member'),
    direct: c.send(direct, SECRETS.directText.words),
    before: c.send(blockedDirect, SECRETS.beforeBlock.words),
    withheld: c.send(blockedDirect, SECRETS.withheld.words),
    everyone: c.send(EVERYONE_ID, 'to all'),
  }
  const groupPicture = c.setGroupPicture(group, await examplePicture())
  await campus.accept(id('creator'), said.group, said.direct, said.everyone, groupPicture)
  const picture = c.setPicture(await examplePicture())
  await campus.accept(id('member'), said.member, c.setDraft(direct, SECRETS.draft.words), picture)
  await campus.accept(id('blocked'), said.before)
  await campus.accept(id('blocker'), c.block(id('blocked')))
  await campus.accept(id('blocked'), said.withheld)

  const call = (caller: Caller, method: string, path: string, body?: unknown) =>
    server.call(method, path, { cookie: who[caller].cookie, ...(body !== undefined && { body }) })
  const room = await makeClassroom(server, who.creator.cookie ?? '', { title: 'A classroom', groupId: null })
  await sayAsStaff(server, room.id, who.creator.cookie ?? '', {
    ...{ type: 'staff.add', id: uuidv7(), userId: id('staff') },
  })
  const [shown, held] = [ask('a question that is shown'), ask(SECRETS.heldQuestion.words)]
  await say(server, room.id, shown.command)
  await say(server, room.id, held.command)
  const answerFile = await putFile(store, id('creator'), { name: 'sheet.pdf' })
  await keepContent(server, answerFile)
  const reply = answer(shown.id, 'an answer', [{ id: answerFile, description: '' }])
  await sayAsStaff(server, room.id, who.creator.cookie ?? '', judge(held.id, 'held'), reply)

  const subject = { kind: 'message', conversationId: group, messageId: said.group.id }
  await call('member', 'POST', '/api/reports', { subject, reason: SECRETS.reason.words })
  await call('operator', 'POST', '/api/operate/invitations', { note: SECRETS.invitation.words, uses: 1, endsAt: null })
  const [invitation] = await store.db
    .selectFrom('invitation')
    .select('id')
    .orderBy('created_at', 'desc')
    .limit(1)
    .execute()
  await store.db
    .insertInto('email_address')
    .values({ user_id: id('member'), address: `${tag}-${SECRETS.address.words}`, confirmed_at: 1 })
    .execute()
  const suspend = {
    type: 'suspension.set',
    id: uuidv7(),
    userId: id('suspended'),
    reason: SECRETS.suspension.words,
  } as const
  await campus.accept(SERVER_ID, suspend)
  const session = await server.accounts.findSession(who.expired.cookie)
  if (session !== undefined) await server.accounts.endSession(session.userId, session.sessionId)
  await untilSuspended(server, who.suspended.cookie)

  return {
    ...{ server, store, people: who, group, direct, blockedDirect, file, answerFile },
    ...{ groupMessage: said.group.id, memberMessage: said.member.id, everyoneMessage: said.everyone.id },
    ...{ picture: picture.id, groupPicture: groupPicture.id, classroom: room.id, code: room.code },
    ...{ question: shown.id, heldQuestion: held.id, reply: reply.id, receipt: shown.receipt },
    invitation: invitation?.id ?? '',
    async close() {
      await server.close()
    },
  }
}

function nobody(): Somebody {
  return { userId: uuidv7(), cookie: undefined }
}

/** Every secret that a text tells whom it is none of. */
export function listTold(text: string, caller: Caller): string[] {
  return Object.entries(SECRETS).flatMap(([name, { words, may }]) =>
    text.includes(words) && !(may as readonly Caller[]).includes(caller) ? [name] : [],
  )
}

async function keepContent(server: ApiServer, fileId: string): Promise<void> {
  const { content_id } = await server.parts.store.db
    .selectFrom('file')
    .select('content_id')
    .where('id', '=', fileId)
    .executeTakeFirstOrThrow()
  const path = join(tmpdir(), `chatbox-access-${randomUUID()}`)
  writeFileSync(path, '0123456789')
  await server.home.keep({ contentId: content_id ?? '', variant: 'whole' }, path)
}

async function examplePicture(): Promise<string> {
  const { default: sharp } = await import('sharp')
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer()
  return bytes.toString('base64')
}

/** This process knows of it a moment later than that it is done. */
async function untilSuspended(server: ApiServer, cookie: string | undefined): Promise<void> {
  const deadline = Date.now() + 20_000
  while ((await server.accounts.findSession(cookie))?.suspendedFor === undefined) {
    if (Date.now() > deadline) throw new Error('the suspension is not known')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
