import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OutboxEntry } from '../../../client/sync/database.ts'
import { createCampusKind } from '../../../client/sync/campus-kind.ts'
import { applyFrame, applyPage } from '../../../client/sync/log/apply.ts'
import { NOWHERE, type DevicePosition } from '../../../client/sync/log/position.ts'
import { listWaiting, settle } from '../../../client/sync/settle.ts'
import type { Campus } from '../../../client/sync/tables.ts'
import type { MemberRow, MessageRow, Row } from '../../../shared/protocol/rows.ts'
import { ann, ben, commandId, conversation, entry, eva, exampleId, group, member, message } from '../data/example.ts'
import { hidden, MINUTE, NOON, reaction, refused, send, setting, user } from '../data/example.ts'
import { fill, readAll, stores, type OpenStore } from './stores.ts'

/** The server has nothing of what it told after this. */
const START = 20
const direct = exampleId(300)
const kind = createCampusKind(ann, { now: () => NOON })
const at50: Partial<DevicePosition> = { lineage: 'l1', cursor: 50, path: [{ id: 'l1', start: 0 }] }

describe.each(stores)('after the log went back, in the %s store', (_, openStore) => {
  let open: OpenStore
  beforeEach(() => {
    open = openStore()
  })
  afterEach(() => open.close())

  /** What a device offers the server that held this, in order. */
  async function offered(rows: readonly Row[], outbox: readonly OutboxEntry[] = [], start = START): Promise<string[]> {
    await fill(open.store, { rows, outbox, position: at50 })
    await open.store.transact((tables) => kind.prepareOffers(tables, start))
    return listOffers()
  }

  async function listOffers(): Promise<string[]> {
    return (await open.store.transact((tables) => listWaiting(tables, NOON))).map(describeEntry)
  }

  /** What it offers besides, once it has pulled what the log has left. */
  async function offeredAgain(left: readonly Row[], position = at50, ...told: MemberRow[]): Promise<string[]> {
    await fill(open.store, { position })
    await open.store.transact(async (tables) => {
      const change = { lineage: { id: 'l1', start: 0 }, from: 50, to: 51, next: null, rows: told }
      if (told.length > 0) await applyFrame<Campus>(tables, kind, change)
      await kind.prepareOffers(tables, START)
      await tables.outbox.clear()
      const begin = { ...NOWHERE, restoring: true }
      await tables.setPosition(begin)
      const page = { lineage: { id: 'l2', start: START }, from: 0, to: 25, head: 25, next: null, rows: left }
      await applyPage<Campus>(tables, kind, begin, page)
      await kind.offerAgain(tables)
    })
    return listOffers()
  }

  const mine = (n: number, row: Partial<MessageRow> = {}) => message(n, { authorId: ann, ...row })
  const edited = { text: 'edited', editedAt: NOON + 90 * MINUTE }

  test('the rows stay until the pull brings what takes their place', async () => {
    await offered([user(ben, 'Ben'), message(1), message(30)])
    expect((await readAll(open.store)).rows).toHaveLength(3)
  })

  const cases: [what: string, rows: Row[], expected: string[]][] = [
    ['nothing that the server still has', [mine(1), mine(2, { seq: START })], []],
    ['nothing that others wrote', [message(30), message(31, { text: null })], []],
    ['a message of one’s own under its old id', [mine(30)], ['send text 30 as 1030']],
    [
      'messages in the order of writing, also over conversations',
      [
        mine(31, { sentAt: NOON + 2, conversationId: group }),
        mine(5, { seq: 33, sentAt: NOON + 1, conversationId: direct }),
        mine(30, { sentAt: NOON, seq: 40 }),
      ],
      ['send text 30 as 1030', 'send text 5 as 1005', 'send text 31 as 1031'],
    ],
    ['the deleting of a message', [mine(4, { seq: 30, text: null })], ['delete 1004']],
    [
      'the editing of one that the server still has, as it stands below another',
      [mine(4, { seq: 30, ...edited }), message(5)],
      ['edit 1004 to edited'],
    ],
    [
      'a message that was edited, and its editing too, where the server may have it or not',
      [mine(4), mine(6, { seq: 30, ...edited }), message(7, { seq: 25, id: exampleId(7), n: 7 })],
      ['send edited as 1006', 'edit 1006 to edited'],
    ],
    [
      'a direct conversation, whoever began it',
      [
        conversation({ id: direct, kind: 'direct', title: null, creatorId: null, seq: 21 }),
        since(ann, 21, direct),
        since(eva, 21, direct),
      ],
      ['create direct with 3'],
    ],
    [
      'what one said in answer to something, of somebody, to all, and for somebody else',
      [
        mine(30, { replyTo: { messageId: exampleId(1_004), n: 4 }, mentions: [ben], sentAt: NOON }),
        mine(31, { mentionsAll: true, forwarded: true, sentAt: NOON + 1 }),
      ],
      ['send text 30 as 1030 to 1004 of 2', 'send text 31 as 1031 of all forwarded'],
    ],
    [
      'what one pinned, and what was pinned when nobody kept who did it; not what others pinned',
      [
        ...[30, 4].map((n) => message(n, { pinnedAt: NOON })),
        message(31, { pinnedAt: NOON, pinnedBy: ann }),
        message(32, { pinnedAt: NOON, pinnedBy: ben }),
      ],
      ['pin 1030', 'pin 1031'],
    ],
    [
      'one’s own reactions, and nobody else’s',
      [reaction(4, ann, ['👍', '🎉'], 30), reaction(5, ann, [], 31), reaction(6, ben, ['👍'], 32)],
      ['react 👍 to 1004', 'react 🎉 to 1004'],
    ],
    [
      'what one deleted for oneself, and what one brought back',
      [hidden(4, true, 30), hidden(5, false, 31), hidden(6, true, START)],
      ['hide 1004', 'unhide 1005'],
    ],
    [
      'how one arranged a conversation',
      [setting({ seq: 21, pinned: true, archivedN: 3 })],
      ['arrange true null 3 false'],
    ],
    [
      'what one had begun to write',
      [{ type: 'draft', seq: 21, conversationId: group, text: 'begun', replyToId: null, changedAt: NOON }],
      ['draft begun'],
    ],
    [
      'what one lets others know',
      [{ type: 'preference', seq: 21, seen: false, presence: true }],
      ['preference false true'],
    ],
    [
      'nothing of what the server works out by itself',
      [
        { type: 'delivery', seq: 30, conversationId: group, userId: ann, n: 4 },
        { type: 'seen', seq: 31, conversationId: group, userId: ann, steps: [{ n: 4, at: NOON }] },
        { type: 'revision', seq: 32, conversationId: group, messageId: exampleId(1_004), k: 1, text: 'old', at: NOON },
      ],
      [],
    ],
    ['how far one read', [{ type: 'reading', seq: 21, conversationId: group, n: 9 }], ['read 9']],
    ['one’s own new name, and nobody else’s', [named(ann, 'Anna'), named(ben, 'Benno')], ['name Anna']],
  ]
  test.each(cases)('it is offered %s', async (_, rows, expected) => {
    expect(await offered(rows)).toEqual(expected)
  })

  test('one’s own new picture is offered, if it is here', async () => {
    const [mine, theirs] = [exampleId(401), exampleId(402)]
    await open.store.transact(async (tables) => {
      const file = (text: string) => new TextEncoder().encode(text).buffer
      await tables.pictures.bulkPut([
        { id: mine, bytes: file('a JPEG') },
        { id: theirs, bytes: file('another') },
      ])
    })
    const rows = [
      { ...user(ann, 'Ann'), seq: 21, pictureId: mine },
      { ...user(ben, 'Ben'), seq: 22, pictureId: theirs },
    ]
    expect(await offered(rows)).toEqual(['name Ann', `picture ${btoa('a JPEG')} as 401`])
  })

  test('what was lost stands before all that waits, at the second time too', async () => {
    const [one, two] = [entry(send('waits')), entry(send('waits too'))]
    const first = await offered([mine(30), mine(31)], [one, two])
    expect(first).toEqual(['send text 30 as 1030', 'send text 31 as 1031', 'send waits', 'send waits too'])
    const again = await offered([mine(29, { seq: 60 })])
    expect(again).toEqual(['send text 29 as 1029', ...first])
  })

  test('a message that waits already is not offered twice', async () => {
    const queued = entry({ ...send('text 30'), id: mine(30).id }, { kind: 'accepted', seq: 30 })
    expect(await offered([mine(30)], [queued])).toEqual(['send text 30 as 1030'])
    expect((await readAll(open.store)).outbox).toHaveLength(1)
  })

  test('what was accepted after the start waits again, in its place; what came before it, or was refused, does not', async () => {
    const kept = entry(send('kept'), { kind: 'accepted', seq: START })
    const undone = entry(send('undone'), { kind: 'accepted', seq: START + 1 })
    const no = entry(send('no'), refused)
    const waits = entry(send('waits'))
    expect(await offered([], [kept, undone, no, waits])).toEqual(['send undone', 'send waits'])
    expect((await readAll(open.store)).outbox.map(({ state }) => state.kind)).toEqual([
      ...['accepted', 'waiting', 'refused', 'waiting'],
    ])
  })

  test('with a server that has nothing at all, everything of one’s own is offered', async () => {
    expect(await offered([mine(1), message(2), mine(3)], [], 0)).toEqual(['send text 1 as 1001', 'send text 3 as 1003'])
  })

  test('the offer of a message whose id somebody else took meanwhile goes out under another one', async () => {
    await offered([mine(30)])
    const id = mine(30).id
    await fill(open.store, { rows: [message(30, { id, authorId: eva, seq: 22 })] })
    const taken = { status: 'refused', id, code: 'id_taken', message: 'Taken.' } as const
    await open.store.transact((tables) => settle(tables, [taken], { me: ann, now: NOON, newId: commandId }))
    const [again] = (await readAll(open.store)).outbox
    expect(again).toMatchObject({ command: { text: 'text 30' }, state: { kind: 'waiting', offeredAt: NOON } })
    expect(again?.id).not.toBe(id)
  })

  describe('the offer of a message whose id is taken by what is not here', () => {
    const { id } = mine(30)
    const taken = { status: 'refused', id, code: 'id_taken', message: 'Taken.' } as const
    const hear = (now: number) =>
      open.store.transact((tables) => settle(tables, [taken], { me: ann, now, newId: commandId }))

    test('waits, for another device may have offered it as it was before an edit, and is over once that is here', async () => {
      await offered([mine(30, edited)])
      await open.store.transact(async (tables) => tables.messages.clear())
      await hear(NOON)
      const { outbox } = await readAll(open.store)
      expect(outbox.map(describeEntry)).toEqual(['send edited as 1030', 'edit 1030 to edited'])
      expect(outbox[0]).toMatchObject({ id, state: { kind: 'waiting', offeredAt: NOON, hold: { from: NOON } } })
      await fill(open.store, { rows: [mine(30)] })
      await hear(NOON + MINUTE)
      expect((await readAll(open.store)).outbox.map(describeEntry)).toEqual(['edit 1030 to edited'])
    })

    test('goes out under another one after an hour', async () => {
      await offered([mine(30)])
      await open.store.transact(async (tables) => tables.messages.clear())
      await hear(NOON + 60 * MINUTE)
      const [again] = (await readAll(open.store)).outbox
      expect(again).toMatchObject({ command: { text: 'text 30' }, state: { kind: 'waiting', offeredAt: NOON } })
      expect(again?.id).not.toBe(id)
    })
  })

  describe('whoever leads a group', () => {
    const people = [user(ann, 'Ann'), user(ben, 'Ben'), user(eva, 'Eva')]
    const led = conversation({ seq: 1 })
    /** What the log has left of a group that was there before. */
    const left = [...people, led, member(ann), member(ben)]

    const groups: [what: string, held: Row[], left: Row[], expected: string[]][] = [
      [
        'makes it anew where it is lost, with those who were in it',
        [conversation({ seq: 21 }), since(ann, 21), since(ben, 22)],
        people,
        ['create group Film club with 2'],
      ],
      [
        'does so without those who have no account any more',
        [conversation({ seq: 21 }), since(ann, 21), since(ben, 22)],
        [user(ann, 'Ann'), user(eva, 'Eva')],
        ['create group Film club with '],
      ],
      ['leaves one that somebody else leads', [conversation({ seq: 21, creatorId: ben }), since(ann, 21)], people, []],
      ['adds again who joined since', [led, member(ann), member(ben), since(eva, 30)], left, ['add 3']],
      ['adds nobody who is in it', [led, member(ann), member(ben), since(eva, 30)], [...left, since(eva, 24)], []],
      ['puts out again who was put out since', [led, member(ann)], left, ['remove 2']],
      [
        'leaves those who joined since the log went back',
        [led, member(ann), member(ben)],
        [...left, since(eva, 24)],
        [],
      ],
      [
        'calls it again what it was called',
        [conversation({ seq: 30, title: 'Cinema' }), member(ann), member(ben)],
        left,
        ['rename to Cinema'],
      ],
      [
        'says again what it is about, and takes away a picture that it had no more',
        [conversation({ seq: 30, description: 'Films' }), member(ann), member(ben)],
        [...people, conversation({ seq: 1, pictureId: exampleId(50) }), member(ann), member(ben)],
        ['describe as Films', 'show no picture'],
      ],
      [
        'makes a lost one anew with what it is about',
        [conversation({ seq: 21, description: 'Films' }), since(ann, 21)],
        people,
        ['create group Film club with ', 'describe as Films'],
      ],
      [
        'leaves a title that did not change before the log went back',
        [led, member(ann), member(ben)],
        [...people, conversation({ seq: 24, title: 'Anew' }), member(ann), member(ben)],
        [],
      ],
      [
        'hands it over again, at the very end',
        [conversation({ seq: 30, title: 'Cinema', creatorId: ben }), member(ann), member(ben), since(eva, 29)],
        left,
        ['add 3', 'rename to Cinema', 'hand over to 2'],
      ],
      [
        'says nothing of one that somebody else leads now',
        [conversation({ seq: 30, title: 'Cinema' }), member(ann), member(ben)],
        [...people, conversation({ creatorId: ben }), member(ann), member(ben)],
        [],
      ],
    ]
    test.each(groups)('%s', async (_, held, rows, expected) => {
      await fill(open.store, { rows: [...people, ...held] })
      expect(await offeredAgain(rows)).toEqual(expected)
    })

    test('puts out nobody who joined beyond where this device stood, when the log goes on there', async () => {
      await fill(open.store, { rows: [...people, led, member(ann)], position: { ...at50, cursor: 15, ahead: 18 } })
      const begin = { ...NOWHERE, restoring: true }
      await open.store.transact(async (tables) => {
        const l2 = { id: 'l2', start: 20 }
        const frame = { lineage: l2, from: 15, to: 21, next: null, rows: [] }
        expect(await applyFrame<Campus>(tables, kind, frame)).toBe('gap')
        const page = {
          lineage: l2,
          from: 0,
          to: 21,
          head: 21,
          next: null,
          rows: [...people, led, member(ann), since(ben, 17)],
        }
        await applyPage<Campus>(tables, kind, begin, page)
        await kind.offerAgain(tables)
      })
      expect(await listOffers()).toEqual([])
    })

    test('lets nobody in again who was put out, whoever added them since', async () => {
      await fill(open.store, { rows: [...people, led, member(ann), member(ben), since(eva, 30)] })
      const gone = { ...since(eva, 51), removed: true }
      expect(await offeredAgain([...left, since(eva, 24)], at50, gone)).toEqual(['remove 3'])
    })

    test('makes a lost one anew without those who were put out', async () => {
      await fill(open.store, { rows: [...people, conversation({ seq: 21 }), since(ann, 21), since(eva, 30)] })
      expect(await offeredAgain(people, at50, { ...since(eva, 51), removed: true })).toEqual([
        'create group Film club with ',
      ])
    })

    test('says nothing of it from the middle of a first pull, where not everything is here', async () => {
      await fill(open.store, { rows: [...people, led, member(ann)] })
      expect(await offeredAgain(left, { lineage: 'l1', cursor: 0, next: 'page 2' })).toEqual([])
    })

    test('gives it again the picture that it had, where that is on the device', async () => {
      const pictureId = exampleId(51)
      await fill(open.store, { rows: [...people, conversation({ seq: 30, pictureId }), member(ann), member(ben)] })
      await open.store.transact(async ({ pictures }) => {
        await pictures.bulkPut([{ id: pictureId, bytes: new Uint8Array([1, 2, 3]).buffer }])
      })
      expect(await offeredAgain(left)).toEqual(['show picture AQID'])
    })

    test('says it once', async () => {
      await fill(open.store, { rows: [...people, led, member(ann)] })
      expect(await offeredAgain(left)).toEqual(['remove 2'])
      await open.store.transact(async (tables) => {
        await tables.outbox.clear()
        await kind.offerAgain(tables)
      })
      expect(await listOffers()).toEqual([])
    })
  })
})

function since(userId: string, seq: number, conversationId = group): MemberRow {
  return { ...member(userId, conversationId), since: seq, seq }
}

function named(id: string, name: string): Row {
  return { ...user(id, name), seq: 21 }
}

const short = (id: string) => String(Number(id.slice(-12)))

function describeEntry({ id, command }: OutboxEntry): string {
  switch (command.type) {
    case 'message.send':
      return [
        ...['send', command.text],
        ...(Number(short(id)) < 5_000 ? ['as', short(id)] : []),
        ...(command.replyToId === null ? [] : ['to', short(command.replyToId)]),
        ...(command.mentions.length === 0 ? [] : ['of', ...command.mentions.map(short)]),
        ...(command.mentionsAll ? ['of all'] : []),
        ...(command.forwarded ? ['forwarded'] : []),
      ].join(' ')
    case 'message.hide':
      return `${command.hidden ? 'hide' : 'unhide'} ${short(command.messageId)}`
    case 'message.pin':
      return `${command.pinned ? 'pin' : 'unpin'} ${short(command.messageId)}`
    case 'reaction.set':
      return `${command.on ? 'react' : 'unreact'} ${command.emoji} to ${short(command.messageId)}`
    case 'conversation.set':
      return `arrange ${[command.pinned, command.mutedUntil, command.archivedN, command.markedUnread].map(String).join(' ')}`
    case 'draft.set':
      return `draft ${command.text}`
    case 'preference.set':
      return `preference ${String(command.seen)} ${String(command.presence)}`
    case 'profile.picture':
      return `picture ${command.picture ?? 'none'} as ${short(id)}`
    case 'message.edit':
      return `edit ${short(command.messageId)} to ${command.text}`
    case 'message.delete':
      return `delete ${short(command.messageId)}`
    case 'group.create':
      return `create group ${command.title} with ${command.userIds.map(short).join()}`
    case 'group.rename':
      return `rename to ${command.title}`
    case 'group.describe':
      return `describe as ${command.description}`
    case 'group.picture':
      return command.picture === null ? 'show no picture' : `show picture ${command.picture}`
    case 'group.hand-over':
      return `hand over to ${short(command.userId)}`
    case 'member.add':
      return `add ${command.userIds.map(short).join()}`
    case 'member.remove':
      return `remove ${short(command.userId)}`
    case 'direct.create':
      return `create direct with ${short(command.userId)}`
    case 'read':
      return `read ${command.n}`
    case 'profile.rename':
      return `name ${command.name}`
    default:
      return command.type
  }
}
