import { EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import { toMessageFiles } from '../../../campus/files.ts'
import { toMentions } from '../../../campus/records.ts'
import type { Database, MessageTable } from '../../../store/schema.ts'
import type { Check, Finding } from '../check.ts'

const PAGE_ROWS = 500

type Listing = Pick<MessageTable, 'id' | 'mentions' | 'mentions_all' | 'files'>

/** By whom a message is found and which files it carries is what the message itself says. */
export const messageListsCheck: Check = {
  name: 'mentions and files of messages',
  async *find({ store }) {
    for (let after = ''; ;) {
      const { findings, last } = await store.read((db) => lookAtPage(db, after))
      yield* findings
      if (last === undefined) return
      after = last
    }
  },
}

async function lookAtPage(db: Database, after: string): Promise<{ findings: Finding[]; last: string | undefined }> {
  const page: Listing[] = await db
    .selectFrom('message')
    .select(['id', 'mentions', 'mentions_all', 'files'])
    .where('id', '>', after)
    .where((or) => or.or([or('mentions', 'is not', null), or('mentions_all', '=', 1), or('files', 'is not', null)]))
    .orderBy('id')
    .limit(PAGE_ROWS)
    .execute()
  if (page.length === 0) return { findings: [], last: undefined }
  const ids = page.map(({ id }) => id)
  const mentions = await db
    .selectFrom('mention')
    .select(['message_id', 'user_id'])
    .where('message_id', 'in', ids)
    .execute()
  const files = await db
    .selectFrom('message_file')
    .select(['message_id', 'file_id'])
    .where('message_id', 'in', ids)
    .execute()
  const former = await listFormer(db, page.flatMap(toMentions))
  const mentioned = group(mentions.map(({ message_id, user_id }) => [message_id, user_id]))
  const carried = group(files.map(({ message_id, file_id }) => [message_id, file_id]))
  const findings = page.flatMap((message) => {
    const everyone = message.mentions_all === 1 ? [EVERYONE_ID] : []
    // Nobody looks for what mentions somebody who deleted their account.
    const people = toMentions(message).filter((id) => !former.has(id))
    return [
      ...compare(message, 'mentions', [...people, ...everyone], mentioned.get(message.id)),
      ...compare(message, 'files', listFiles(message), carried.get(message.id)),
    ]
  })
  return { findings, last: page.length < PAGE_ROWS ? undefined : ids.at(-1) }
}

async function listFormer(db: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const found = await db.selectFrom('user').select('id').where('id', 'in', ids).where('former', '=', 1).execute()
  return new Set(found.map(({ id }) => id))
}

/** Undefined where it cannot be read. */
function listFiles(message: Listing): string[] | undefined {
  try {
    return toMessageFiles(message).map(({ id }) => id)
  } catch {
    return undefined
  }
}

function group(pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value])
  return groups
}

function compare(
  { id }: Listing,
  what: 'mentions' | 'files',
  said: readonly string[] | undefined,
  kept: readonly string[] = [],
): Finding[] {
  if (said === undefined) return [{ id: `message ${id}`, message: `Its ${what} cannot be read.` }]
  const isSame = said.length === kept.length && said.every((one) => kept.includes(one))
  return isSame ? [] : [{ id: `message ${id}`, message: `The rows of its ${what} are not what it says.` }]
}
