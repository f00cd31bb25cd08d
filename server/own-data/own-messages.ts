import { toMessageFiles } from '../campus/files.ts'
import type { Database } from '../store/schema.ts'

/** A message as it is taken along. */
export interface OwnMessage {
  id: string
  n: number
  from: { id: string; handle: string; name: string }
  text: string | null
  writtenAt: string
  editedAt: string | null
  files: string[]
}

const PAGE = 500

/** A conversation from its first message on, page by page; with `authorId` only what that person wrote. */
export async function* readMessages(
  db: Database,
  conversationId: string,
  authorId?: string,
): AsyncGenerator<readonly OwnMessage[]> {
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom('message')
      .innerJoin('user', 'user.id', 'message.author_id')
      .select(['message.id', 'n', 'author_id', 'handle', 'name', 'text', 'written_at', 'edited_at', 'files'])
      .where('conversation_id', '=', conversationId)
      .where('n', '>', after)
      .$if(authorId !== undefined, (own) => own.where('author_id', '=', authorId ?? ''))
      .orderBy('n')
      .limit(PAGE)
      .execute()
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.n
    yield rows.map((row) => ({
      ...{ id: row.id, n: row.n, from: { id: row.author_id, handle: row.handle, name: row.name }, text: row.text },
      ...{ writtenAt: toTime(row.written_at), editedAt: row.edited_at === null ? null : toTime(row.edited_at) },
      files: toMessageFiles(row).map(({ name }) => name),
    }))
  }
}

/** One message in each line, as JSON. */
export async function* toJsonLines(pages: AsyncIterable<readonly OwnMessage[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((message) => `${JSON.stringify(message)}\n`).join('')
}

/** To be read, with a line for each message and those of its text below it. */
export async function* toTextLines(title: string, pages: AsyncIterable<readonly OwnMessage[]>): AsyncGenerator<string> {
  yield `${title}\n\n`
  for await (const page of pages) yield page.map(toText).join('')
}

function toText({ from, text, writtenAt, editedAt, files }: OwnMessage): string {
  const edited = editedAt === null ? '' : ', edited'
  const said = text === null ? ['(deleted)'] : text === '' ? [] : text.split('\n')
  const lines = [...said, ...files.map((name) => `[file: ${name}]`)].map((line) => `    ${line}\n`)
  return `${writtenAt.slice(0, 16).replace('T', ' ')} UTC  ${from.name} (@${from.handle})${edited}\n${lines.join('')}\n`
}

function toTime(ms: number): string {
  return new Date(ms).toISOString()
}
