import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { directId } from '../../../shared/direct-id.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { GROUP_MEMBERS_MAX } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { BASELINE, toText } from '../files/example-pictures.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  createDirect,
  createGroup,
  dump,
  edit,
  handOver,
  leaveGroup,
  pin,
  react,
  read,
  receive,
  registerUser,
  remove,
  removeMember,
  renameGroup,
  describeGroup,
  setGroupPicture,
  renameProfile,
  send,
  setConversation,
  setDraft,
  setPicture,
  setPreference,
} from '../../support/campus.ts'

/** The stage on which every scenario plays, made anew after each command that changed it. */
interface Stage {
  /** Leads the group. */
  ann: string
  /** A member of it. */
  ben: string
  /** Was removed from it. */
  cid: string
  /** Left it. */
  dora: string
  /** Was never in it. */
  eve: string
  group: string
  /** Of Ann and Ben. */
  direct: string
  /** By Ben, in the group. */
  message: string
  /** By Ben, in the group, deleted. */
  deleted: string
  /** By Cid, in the group, from before he was removed. */
  cidsMessage: string
  /** By Ben, to Everyone. */
  public: string
}

let backend: Backend
let campus: Campus
let everybody: string[]
// Anew for each test: everything is compared again and again, and must be little.
beforeEach(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  everybody = Array.from({ length: GROUP_MEMBERS_MAX }, () => uuidv7())
  await register(everybody.slice(0, 1))
})
afterEach(() => backend.dispose())

async function register(ids: readonly string[]): Promise<void> {
  await campus.accept(uuidv7(), ...ids.map((id) => registerUser(id, 'One of many')))
}

async function setStage(): Promise<Stage> {
  const [ann, ben, cid, dora, eve] = await Promise.all(
    ['Ann', 'Ben', 'Cid', 'Dora', 'Eve'].map((name) => campus.register(name)),
  )
  if (ann === undefined || ben === undefined || cid === undefined || dora === undefined || eve === undefined) {
    throw new Error('somebody is missing')
  }
  const group = await campus.group(ann, ben, cid, dora)
  const direct = await campus.direct(ann, ben)
  const [message, deleted, cidsMessage, toAll] = [send(group), send(group), send(group), send()]
  await campus.accept(ben, message, deleted, remove(group, deleted.id), send(direct), toAll)
  await campus.accept(cid, cidsMessage)
  await campus.accept(ann, removeMember(group, cid))
  await campus.accept(dora, leaveGroup(group))
  return {
    ann,
    ben,
    cid,
    dora,
    eve,
    group,
    direct,
    message: message.id,
    deleted: deleted.id,
    cidsMessage: cidsMessage.id,
    public: toAll.id,
  }
}

type Who = 'ann' | 'ben' | 'cid' | 'dora' | 'eve'
type Answers = Partial<Record<Who, string>>
/** Those of `everybody` have accounts, so that nobody is missing but room. */
const CROWDED = { everybody: true }

/** What each of the five is answered; whoever is not named is refused with `not_a_member`. */
const scenarios: [
  what: string,
  build: (stage: Stage, me: string) => Command,
  answers: Answers,
  crowd?: typeof CROWDED,
][] = [
  ['send to a group', ({ group }) => send(group), { ann: 'accepted', ben: 'accepted' }],
  ['send to a direct conversation', ({ direct }) => send(direct), { ann: 'accepted', ben: 'accepted' }],
  ['send to Everyone', () => send(), all('accepted')],
  ['send to nothing', () => send(uuidv7()), {}],
  ['send no text', ({ group }) => send(group, ' \n'), { ann: 'text_empty', ben: 'text_empty' }],
  [
    'send too long a text',
    ({ group }) => send(group, 'x'.repeat(10_001)),
    { ann: 'text_too_long', ben: 'text_too_long' },
  ],
  ["edit Ben's message", ({ group, message }) => edit(group, message), { ann: 'not_author', ben: 'accepted' }],
  ["delete Ben's message", ({ group, message }) => remove(group, message), { ann: 'not_author', ben: 'accepted' }],
  [
    "edit Cid's message",
    ({ group, cidsMessage }) => edit(group, cidsMessage),
    { ann: 'not_author', ben: 'not_author' },
  ],
  [
    "delete Cid's message",
    ({ group, cidsMessage }) => remove(group, cidsMessage),
    { ann: 'not_author', ben: 'not_author' },
  ],
  [
    'edit a deleted message',
    ({ group, deleted }) => edit(group, deleted),
    { ann: 'not_author', ben: 'message_deleted' },
  ],
  ['delete a deleted message', ({ group, deleted }) => remove(group, deleted), { ann: 'not_author', ben: 'accepted' }],
  ['edit to no text', ({ group, message }) => edit(group, message, ''), { ann: 'not_author', ben: 'text_empty' }],
  [
    'edit to too long a text',
    ({ group, message }) => edit(group, message, 'x'.repeat(10_001)),
    { ann: 'not_author', ben: 'text_too_long' },
  ],
  ['edit what is in another conversation', ({ message }) => edit(EVERYONE_ID, message), all('not_found')],
  [
    'delete what is in another conversation',
    ({ direct, message }) => remove(direct, message),
    { ann: 'not_found', ben: 'not_found' },
  ],
  ['edit what is not there', ({ group }) => edit(group, uuidv7()), { ann: 'not_found', ben: 'not_found' }],
  [
    "edit Ben's message to Everyone",
    ({ public: id }) => edit(EVERYONE_ID, id),
    { ...all('not_author'), ben: 'accepted' },
  ],
  [
    "delete Ben's message to Everyone",
    ({ public: id }) => remove(EVERYONE_ID, id),
    { ...all('not_author'), ben: 'accepted' },
  ],
  ['read a group', ({ group }) => read(group, 1), { ann: 'accepted', ben: 'accepted' }],
  ['read Everyone', () => read(EVERYONE_ID, 1), all('accepted')],
  ['read nothing', () => read(uuidv7(), 1), {}],
  ['rename a group', ({ group }) => renameGroup(group, 'New'), { ann: 'accepted', ben: 'only_creator' }],
  ['describe a group', ({ group }) => describeGroup(group, 'Films'), { ann: 'accepted', ben: 'only_creator' }],
  ['describe Everyone', () => describeGroup(EVERYONE_ID, 'All'), all('forbidden')],
  [
    'give a group a picture',
    ({ group }) => setGroupPicture(group, toText(BASELINE)),
    { ann: 'accepted', ben: 'only_creator' },
  ],
  [
    'give a group what is no picture',
    ({ group }) => setGroupPicture(group, 'AAAA'),
    { ann: 'bad_picture', ben: 'only_creator' },
  ],
  ['rename a direct conversation', ({ direct }) => renameGroup(direct, 'New'), { ann: 'forbidden', ben: 'forbidden' }],
  ['rename Everyone', () => renameGroup(EVERYONE_ID, 'New'), all('forbidden')],
  ['add somebody', ({ group, eve }) => addMembers(group, eve), { ann: 'accepted', ben: 'only_creator' }],
  ['add oneself', ({ group }, me) => addMembers(group, me), { ann: 'accepted', ben: 'only_creator' }],
  [
    'add somebody who is not there',
    ({ group, eve }) => addMembers(group, eve, uuidv7()),
    { ann: 'not_found', ben: 'only_creator' },
  ],
  ['add too many', ({ group }) => addMembers(group, ...everybody), { ann: 'group_full', ben: 'only_creator' }, CROWDED],
  [
    'add to a direct conversation',
    ({ direct, eve }) => addMembers(direct, eve),
    { ann: 'forbidden', ben: 'forbidden' },
  ],
  ['add to Everyone', ({ eve }) => addMembers(EVERYONE_ID, eve), all('forbidden')],
  ['remove Ben', ({ group, ben }) => removeMember(group, ben), { ann: 'accepted', ben: 'only_creator' }],
  [
    'remove the one who leads',
    ({ group, ann }) => removeMember(group, ann),
    { ann: 'bad_request', ben: 'only_creator' },
  ],
  [
    'remove somebody who is gone',
    ({ group, cid }) => removeMember(group, cid),
    { ann: 'accepted', ben: 'only_creator' },
  ],
  [
    'remove somebody who was never in',
    ({ group, eve }) => removeMember(group, eve),
    { ann: 'accepted', ben: 'only_creator' },
  ],
  [
    'remove from a direct conversation',
    ({ direct, ben }) => removeMember(direct, ben),
    { ann: 'forbidden', ben: 'forbidden' },
  ],
  ['remove from Everyone', ({ ben }) => removeMember(EVERYONE_ID, ben), all('forbidden')],
  ['leave a group', ({ group }) => leaveGroup(group), { ann: 'accepted', ben: 'accepted' }],
  ['leave a direct conversation', ({ direct }) => leaveGroup(direct), { ann: 'forbidden', ben: 'forbidden' }],
  ['leave Everyone', () => leaveGroup(EVERYONE_ID), all('forbidden')],
  ['hand over to Ben', ({ group, ben }) => handOver(group, ben), { ann: 'accepted', ben: 'only_creator' }],
  ['hand over to oneself', ({ group }, me) => handOver(group, me), { ann: 'accepted', ben: 'only_creator' }],
  ['hand over to a stranger', ({ group, eve }) => handOver(group, eve), { ann: 'not_found', ben: 'only_creator' }],
  [
    'hand over to somebody who left',
    ({ group, dora }) => handOver(group, dora),
    { ann: 'not_found', ben: 'only_creator' },
  ],
  [
    'hand over a direct conversation',
    ({ direct, ben }) => handOver(direct, ben),
    { ann: 'forbidden', ben: 'forbidden' },
  ],
  ['hand over Everyone', ({ ben }) => handOver(EVERYONE_ID, ben), all('forbidden')],
  ['begin a group', ({ eve }) => createGroup([eve]), all('accepted')],
  ['begin a group alone', () => createGroup(), all('accepted')],
  ['begin a group with oneself in the list', (_, me) => createGroup([me, me]), all('accepted')],
  ['begin a group with nobody known', () => createGroup([uuidv7()]), all('not_found')],
  ['begin a group that is too large', () => createGroup(everybody), all('group_full'), CROWDED],
  [
    'begin a group that is there',
    ({ group }) => createGroup([], { conversationId: group }),
    { ...all('id_taken'), ann: 'accepted' },
  ],
  [
    'begin a group in the place of Everyone',
    () => createGroup([], { conversationId: EVERYONE_ID }),
    all('bad_request'),
  ],
  [
    'begin a group in the place of a direct conversation that is yet to begin',
    ({ dora, eve }) => createGroup([], { conversationId: directId(dora, eve) }),
    all('bad_request'),
  ],
  ['begin a direct conversation', (_, me) => createDirect(me, everybody[0] ?? ''), all('accepted')],
  ['begin a direct conversation with oneself', (_, me) => createDirect(me, me), all('bad_request')],
  ['begin a direct conversation with nobody', (_, me) => createDirect(me, uuidv7()), all('not_found')],
  [
    'begin a direct conversation under an id of one’s own',
    ({ eve, ann }, me) => ({ ...createDirect(me, me === eve ? ann : eve), conversationId: uuidv7() }),
    all('bad_request'),
  ],
  [
    'begin the direct conversation of two others',
    ({ ann, ben }, me) => ({ ...createDirect(ann, ben), userId: me === ann ? (everybody[0] ?? '') : ann }),
    { ...all('bad_request'), ben: 'accepted' },
  ],
  ['reply to a message', ({ group, message }) => send(group, 'Yes', { replyToId: message }), inside('accepted')],
  [
    'reply to a deleted message',
    ({ group, deleted }) => send(group, 'Yes', { replyToId: deleted }),
    inside('accepted'),
  ],
  ['reply to what is not there', ({ group }) => send(group, 'Yes', { replyToId: uuidv7() }), inside('reply_elsewhere')],
  [
    'reply to a message of another conversation',
    ({ direct, message }) => send(direct, 'Yes', { replyToId: message }),
    inside('reply_elsewhere'),
  ],
  [
    'reply to Everyone with a message of a group',
    ({ message }) => send(EVERYONE_ID, 'Yes', { replyToId: message }),
    all('reply_elsewhere'),
  ],
  ['mention Ben', ({ group, ben }) => send(group, '@ben', { mentions: [ben] }), inside('accepted')],
  ['mention a stranger', ({ group, eve }) => send(group, '@eve', { mentions: [eve] }), inside('mention_stranger')],
  [
    'mention somebody who was removed, beside a member',
    ({ group, ben, cid }) => send(group, '@cid', { mentions: [ben, cid] }),
    inside('mention_stranger'),
  ],
  [
    'mention somebody who left',
    ({ group, dora }) => send(group, '@dora', { mentions: [dora] }),
    inside('mention_stranger'),
  ],
  [
    'mention a stranger in a direct conversation',
    ({ direct, eve }) => send(direct, '@eve', { mentions: [eve] }),
    inside('mention_stranger'),
  ],
  ['mention anybody in Everyone', ({ eve }) => send(EVERYONE_ID, '@eve', { mentions: [eve] }), all('accepted')],
  [
    'mention nobody known in Everyone',
    () => send(EVERYONE_ID, '@x', { mentions: [uuidv7()] }),
    all('mention_stranger'),
  ],
  ['mention all in a group', ({ group }) => send(group, '@everyone', { mentionsAll: true }), inside('accepted')],
  [
    'mention all in a direct conversation',
    ({ direct }) => send(direct, '@everyone', { mentionsAll: true }),
    inside('forbidden'),
  ],
  ['mention all in Everyone', () => send(EVERYONE_ID, '@everyone', { mentionsAll: true }), all('forbidden')],
  [
    'edit to mention a stranger',
    ({ group, message, eve }) => edit(group, message, '@eve', { mentions: [eve] }),
    { ann: 'not_author', ben: 'mention_stranger' },
  ],
  [
    'edit to mention all in Everyone',
    ({ public: id }) => edit(EVERYONE_ID, id, '@everyone', { mentionsAll: true }),
    { ...all('not_author'), ben: 'forbidden' },
  ],
  ["pin somebody's message", ({ group, cidsMessage }) => pin(group, cidsMessage), inside('accepted')],
  ['take down what is not pinned', ({ group, message }) => pin(group, message, false), inside('accepted')],
  ['pin a deleted message', ({ group, deleted }) => pin(group, deleted), inside('message_deleted')],
  ['pin what is in another conversation', ({ direct, message }) => pin(direct, message), inside('not_found')],
  ['pin what is not there', ({ group }) => pin(group, uuidv7()), inside('not_found')],
  ['pin in Everyone', ({ public: id }) => pin(EVERYONE_ID, id), all('forbidden')],
  ["react to somebody's message", ({ group, cidsMessage }) => react(group, cidsMessage), inside('accepted')],
  ['react in Everyone', ({ public: id }) => react(EVERYONE_ID, id), all('accepted')],
  ['react with no emoji', ({ group, message }) => react(group, message, 'ok'), inside('not_an_emoji')],
  ['react to a deleted message', ({ group, deleted }) => react(group, deleted), inside('message_deleted')],
  ['react to what is in another conversation', ({ message }) => react(EVERYONE_ID, message), all('not_found')],
  ['react to what is not there', ({ group }) => react(group, uuidv7()), inside('not_found')],
  ['receive a group', ({ group }) => receive(group, 1), inside('accepted')],
  ['receive Everyone', () => receive(EVERYONE_ID, 1), all('accepted')],
  ['receive nothing', () => receive(uuidv7(), 1), {}],
  ['arrange a group', ({ group }) => setConversation(group, { pinned: true }), inside('accepted')],
  ['arrange Everyone', () => setConversation(EVERYONE_ID, { mutedUntil: 5 }), all('accepted')],
  ['arrange nothing', () => setConversation(uuidv7(), { archivedN: 0 }), {}],
  ['draft in a group', ({ group }) => setDraft(group, 'A draft'), inside('accepted')],
  ['draft in Everyone', () => setDraft(EVERYONE_ID, 'A draft'), all('accepted')],
  ['draft in nothing', () => setDraft(uuidv7(), 'A draft'), {}],
  ['draft too long a text', ({ group }) => setDraft(group, 'x'.repeat(10_001)), inside('text_too_long')],
  ['choose what others know', () => setPreference({ seen: false, presence: false }), all('accepted')],
  ['show a picture', () => setPicture(toText(BASELINE)), all('accepted')],
  ['show what is no picture', () => setPicture(toText(BASELINE.slice(0, 300))), all('bad_picture')],
  ['take away a picture that is not there', () => setPicture(null), all('accepted')],
  ['rename oneself', () => renameProfile('New name'), all('accepted')],
]

function inside(answer: string): Answers {
  return { ann: answer, ben: answer }
}

function all(answer: string): Answers {
  return { ann: answer, ben: answer, cid: answer, dora: answer, eve: answer }
}

test.each(scenarios)('who may %s, and what is not written for the others', async (_, build, answers, crowd) => {
  if (crowd?.everybody) await register(everybody.slice(1))
  let stage = await setStage()
  let before = await dump(campus.store)
  for (const who of ['ann', 'ben', 'cid', 'dora', 'eve'] as const) {
    const { length } = campus.published
    const code = await campus.codeOf(stage[who], build(stage, stage[who]))
    expect([who, code]).toEqual([who, answers[who] ?? 'not_a_member'])
    if (code === 'accepted') {
      stage = await setStage()
      before = await dump(campus.store)
      continue
    }
    expect(await dump(campus.store)).toEqual(before)
    expect(campus.published).toHaveLength(length)
  }
})

test('an id that belongs to nobody has no name to change, and no picture', async () => {
  expect(await campus.codeOf(uuidv7(), renameProfile('Nobody'))).toBe('not_found')
  expect(await campus.codeOf(uuidv7(), setPicture(toText(BASELINE)))).toBe('not_found')
})

test('of conversations received at once, those that one is not in are passed over', async () => {
  const { ann, cid, eve, group, direct } = await setStage()
  const mixed = receive(group, 1, { conversationId: direct, n: 1 }, { conversationId: EVERYONE_ID, n: 1 })
  const listDeliveries = () =>
    campus.store.db
      .selectFrom('receipt')
      .select(['conversation_id', 'user_id'])
      .where('delivered_n', '=', 1)
      .where('conversation_id', 'in', [group, direct, EVERYONE_ID])
      .execute()
  for (const stranger of [cid, eve]) expect(await campus.codeOf(stranger, { ...mixed, id: uuidv7() })).toBe('accepted')
  expect(await listDeliveries()).toEqual([])
  await campus.accept(ann, mixed)
  const both = [group, direct].sort().map((conversation_id) => ({ conversation_id, user_id: ann }))
  expect((await listDeliveries()).sort((one, other) => (one.conversation_id < other.conversation_id ? -1 : 1))).toEqual(
    both,
  )
})
