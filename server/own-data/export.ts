import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { cleanFileName } from '../../shared/clean-file-name.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { FileHome } from '../files/home.ts'
import type { Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { listOwnFiles, type OwnFile } from './own-files.ts'
import { readMessages, toJsonLines, toTextLines } from './own-messages.ts'
import { loadOwnRecords } from './own-records.ts'

/*
 * Everything that somebody has here, in one zip that a person can read: what they are called and have set, each of their
 * conversations as text and as JSON, and the files that they sent. It is written as it is read, page by page and file by file, so
 * that it takes no more memory however much there is.
 */

interface ExportedConversation {
  id: string
  folder: string
  title: string
  /** Of Everyone only what they wrote themselves: the rest is everybody's. */
  onlyOwn: boolean
}

const README = `This is what ChatBox kept of you when you asked for it.

account.json         what you are called, what you have set, where you were signed in
conversations/       one folder for each of your conversations:
  messages.txt         to be read
  messages.json        the same, for programs: one message in each line
files/               the files that you sent

Of Everyone there is what you wrote yourself.
What you asked in classrooms is not in here: nobody knows that it was you.
`

/** The bytes of the zip. What fails on the way breaks it off, so that nobody takes half of it for all. */
export async function exportOwnData(
  store: Store,
  home: Pick<FileHome, 'read'>,
  userId: string,
  onError: (error: unknown) => void,
): Promise<Readable> {
  const zip = new ZipFile()
  const records = await loadOwnRecords(store.db, userId)
  const conversations = await listConversations(store.db, userId)
  zip.addBuffer(Buffer.from(README), 'README.txt')
  zip.addBuffer(Buffer.from(`${JSON.stringify(records, null, 2)}\n`), 'account.json')
  for (const conversation of conversations) {
    const folder = `conversations/${conversation.folder}`
    const pages = () => readMessages(store.db, conversation.id, conversation.onlyOwn ? userId : undefined)
    addText(zip, `${folder}/messages.txt`, () => toTextLines(conversation.title, pages()))
    addText(zip, `${folder}/messages.json`, () => toJsonLines(pages()))
  }
  for (const file of await listOwnFiles(store.db, userId)) addFile(zip, home, file)
  zip.end()
  // Node's own type of it is wider than what it is.
  const output = zip.outputStream as Readable
  zip.on('error', (error: Error) => {
    onError(error)
    output.destroy(error)
  })
  return output
}

function addText(zip: ZipFile, path: string, lines: () => AsyncIterable<string>): void {
  zip.addReadStreamLazy(path, (done) => done(null, Readable.from(lines())))
}

/** What was there a moment ago and is gone now leaves a line in its place. */
function addFile(zip: ZipFile, home: Pick<FileHome, 'read'>, file: OwnFile): void {
  const key = { contentId: file.contentId, variant: 'whole' } as const
  zip.addReadStreamLazy(`files/${file.path}`, { compress: false }, (done) => {
    home.read(key, { first: 0, last: file.bytes - 1 }).then(
      (content) => done(null, content ?? Readable.from(['This file is not there any more.\n'])),
      (error: unknown) => done(new Error('a file could not be read', { cause: error }), Readable.from([])),
    )
  })
}

/** Those that they are in now, with a folder for each that no other one has. */
async function listConversations(db: Database, userId: string): Promise<ExportedConversation[]> {
  const rows = await db
    .selectFrom('member')
    .innerJoin('conversation', 'conversation.id', 'member.conversation_id')
    .leftJoin('member as other', (join) =>
      join
        .onRef('other.conversation_id', '=', 'conversation.id')
        .on('other.user_id', '!=', userId)
        .on('conversation.kind', '=', 'direct'),
    )
    .leftJoin('user', 'user.id', 'other.user_id')
    .select(['conversation.id', 'conversation.title', 'user.name'])
    .where('member.user_id', '=', userId)
    .where('member.removed', '=', 0)
    .orderBy('conversation.created_at')
    .execute()
  const all = [{ id: EVERYONE_ID, title: 'Everyone', name: null }, ...rows]
  return all.map(({ id, title, name }, index) => ({
    ...{ id, title: title ?? name ?? 'A conversation', onlyOwn: id === EVERYONE_ID },
    folder: `${String(index + 1).padStart(4, '0')} ${cleanFileName(title ?? name ?? 'conversation')}`,
  }))
}
