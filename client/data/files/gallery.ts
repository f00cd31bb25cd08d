import { Dexie } from 'dexie'
import { readAddress, toHref } from '../../../shared/text/addresses.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import { fromMessageFiles, type FileView } from '../messages/file-view.ts'
import type { Person } from '../people/person.ts'
import { createFindPerson } from '../people/person.ts'
import type { Session } from '../session.ts'

/*
 * What was sent in a conversation, without the words around it, the newest first. It is read from the messages on this
 * device, some at a time; where some are not here, that is said.
 */

export type GalleryKind = 'photos' | 'documents' | 'voice' | 'links'

/** Where something was sent. */
export interface GallerySource {
  messageId: string
  n: number
  author: Person
  mine: boolean
  at: number
}

export type GalleryItem =
  | { kind: 'file'; key: string; file: FileView; source: GallerySource }
  | { kind: 'link'; key: string; href: string; source: GallerySource }
  /** So many messages that are not on this device, before the message with this number. */
  | { kind: 'hole'; key: string; count: number; before: number }

export interface GalleryPage {
  items: GalleryItem[]
  /** Where the next page begins; null at the end. */
  before: number | null
}

/** Rows that are looked through for one page, at most. */
const ROWS_MAX = 3_000
const ITEMS_MAX = 90

/** The items of a conversation's messages below a number, the newest first. */
export async function loadGallery(
  { db, account }: Session,
  conversationId: string,
  kind: GalleryKind,
  before: number = Infinity,
): Promise<GalleryPage> {
  const newest = (await db.latest.get(conversationId))?.n ?? 0
  const hidden = new Set((await db.hiddens.where({ conversationId }).toArray()).flatMap(toHidden))
  const rows = await db.messages
    .where('[conversationId+n]')
    .between([conversationId, Dexie.minKey], [conversationId, before === Infinity ? Dexie.maxKey : before])
    .reverse()
    .limit(ROWS_MAX)
    .toArray()
  const authors = await db.users.bulkGet([...new Set(rows.map(({ authorId }) => authorId))])
  const findPerson = createFindPerson(
    authors.filter((user) => user !== undefined),
    [],
    account.userId,
  )
  const items: GalleryItem[] = []
  let next = before === Infinity ? newest + 1 : before
  for (const row of rows) {
    items.push(...toHole(row.n, next))
    next = row.n
    if (!hidden.has(row.id)) {
      const { id: messageId, n, authorId, sentAt: at } = row
      const source = { messageId, n, author: findPerson(authorId), mine: authorId === account.userId, at }
      items.push(...toItems(row, kind, source))
    }
    if (items.length >= ITEMS_MAX) return { items, before: next }
  }
  if (rows.length === ROWS_MAX) return { items, before: next }
  return { items: [...items, ...toHole(0, next)], before: null }
}

/** Between two messages that are here; those that follow on each other have none. */
function toHole(n: number, next: number): GalleryItem[] {
  const count = next - n - 1
  return count > 0 ? [{ kind: 'hole', key: `hole-${next}`, count, before: next }] : []
}

function toHidden({ messageId, hidden }: { messageId: string; hidden: boolean }): string[] {
  return hidden ? [messageId] : []
}

function toItems(row: MessageRow, kind: GalleryKind, source: GallerySource): GalleryItem[] {
  if (kind === 'links') {
    return listLinks(row.text ?? '').map((href) => ({ kind: 'link', key: `${row.id} ${href}`, href, source }))
  }
  return fromMessageFiles(row.files)
    .filter((file) => isOf(file, kind))
    .map((file) => ({ kind: 'file', key: `${row.id} ${file.id}`, file, source }))
}

function isOf({ kind }: FileView, wanted: Exclude<GalleryKind, 'links'>): boolean {
  switch (wanted) {
    case 'photos':
      return kind === 'photo' || kind === 'video'
    case 'voice':
      return kind === 'voice' || kind === 'audio'
    case 'documents':
      return kind === 'document'
  }
}

/** Every address in a text, each once. */
function listLinks(text: string): string[] {
  const found = new Set<string>()
  for (const { index } of text.matchAll(/https?:\/\//gi)) {
    const href = toHref(readAddress(text, index))
    if (href !== null) found.add(href)
  }
  return [...found]
}
