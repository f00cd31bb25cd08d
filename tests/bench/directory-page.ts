import { liveQuery } from 'dexie'
import { createApi } from '../../client/sync/api.ts'
import { pullCampus } from '../../client/sync/campus.ts'
import { ClientDatabase } from '../../client/sync/database.ts'
import { createDexieStore } from '../../client/sync/dexie-store.ts'
import { systemClock } from '../../shared/clock.ts'
import { type PullPage } from '../../shared/protocol/http.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../shared/protocol/version.ts'
import { FIRST_PULL_CONVERSATIONS, FIRST_PULL_USERS, NEWEST_PAGE_MESSAGES } from '../../shared/protocol/limits.ts'
import type { Row } from '../../shared/protocol/rows.ts'

/** What a first pull costs a device, in milliseconds; run by `directory.ts` in a browser. */
export interface Figures {
  /** From the first request until the list of conversations can be drawn. */
  firstScreen: number
  all: number
  /** The longest that a view waited for a read meanwhile. */
  longestRead: number
}

const me = toId(1, 1)

/** A number in the last twelve digits, and a kind before them. */
function toId(kind: number, number: number): string {
  return `018f0000-0000-7000-8${String(kind).padStart(3, '0')}-${String(number).padStart(12, '0')}`
}

function toPages(people: number): PullPage[] {
  let seq = 0
  const conversations = Array.from({ length: FIRST_PULL_CONVERSATIONS }, (_, place): Row[] => {
    const conversationId = toId(2, place)
    const at = { conversationId, userId: me }
    return [
      {
        type: 'conversation',
        seq: ++seq,
        id: conversationId,
        kind: 'group',
        title: `Group ${place}`,
        creatorId: me,
        createdAt: 1,
      },
      { type: 'member', seq: ++seq, ...at, since: seq, removed: false },
      ...Array.from({ length: NEWEST_PAGE_MESSAGES }, (_, index): Row => ({
        ...{ type: 'message', seq: ++seq, id: toId(3 + place, index), conversationId, n: index + 1, authorId: me },
        ...{
          text: `What was said as number ${index}.`,
          writtenAt: index,
          sentAt: index,
          editedAt: null,
          replyTo: null,
        },
        ...{ mentions: [], mentionsAll: false, forwarded: false, pinnedAt: null, edits: 0 },
      })),
    ]
  })
  const users = Array.from({ length: people }, (_, index): Row => ({
    ...{ type: 'user', seq: ++seq, id: toId(1, index + 1), handle: `person.${index}`, name: `Person Number ${index}` },
    ...{ pictureId: index % 3 === 0 ? toId(900, index) : null, createdAt: index },
  }))
  const pages = [conversations.flat()]
  for (let from = 0; from < people; from += FIRST_PULL_USERS) pages.push(users.slice(from, from + FIRST_PULL_USERS))
  return pages.map((rows, place) => {
    const isLast = place === pages.length - 1
    return { epoch: 'e', from: 0, to: isLast ? seq : 0, head: seq, next: isLast ? null : String(place + 1), rows }
  })
}

export async function measureDirectory(people: number): Promise<Figures> {
  const answers = toPages(people).map((page) => JSON.stringify(page))
  const db = new ClientDatabase(`bench-${people}`)
  await db.open()
  const api = createApi(async (path) => {
    const next = new URL(path, location.href).searchParams.get('next')
    return new Response(answers[Number(next ?? 0)], { headers: { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) } })
  })
  const began = performance.now()
  let firstScreen = 0
  const list = liveQuery(() => db.latest.toArray()).subscribe((rows) => {
    if (rows.length > 0 && firstScreen === 0) firstScreen = performance.now() - began
  })
  const view = { isOver: false, longestRead: 0 }
  const reading = readAgainAndAgain(db, view)
  await pullCampus({ store: createDexieStore(db), api, me, clock: systemClock })
  const all = performance.now() - began
  view.isOver = true
  await reading
  list.unsubscribe()
  const held = await db.users.count()
  if (held !== people) throw new Error(`${held} people instead of ${people}`)
  await db.delete()
  return { firstScreen, all, longestRead: view.longestRead }
}

async function readAgainAndAgain(db: ClientDatabase, view: { isOver: boolean; longestRead: number }): Promise<void> {
  while (!view.isOver) {
    const asked = performance.now()
    await db.latest.toArray()
    view.longestRead = Math.max(view.longestRead, performance.now() - asked)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

Object.assign(globalThis, { measureDirectory })
