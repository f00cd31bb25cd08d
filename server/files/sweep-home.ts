import type { HomeEntry } from './home.ts'
import type { FileParts } from './parts.ts'
import { removeUnusedContent } from './unused-content.ts'

const DAY_MS = 24 * 60 * 60_000
const AT_ONCE = 200

/** What lay there without a row at the look before, by kind and id. */
export type Strays = ReadonlySet<string>

/**
 * Removes what a process that ended in the middle of its work left behind: content of no file, and bytes without a row. Of
 * bytes only what was found so at the look before, hours ago: whoever starts with the wrong database, or has just put
 * a backup back, has the time to notice.
 */
export async function sweepHome(parts: Pick<FileParts, 'store' | 'home' | 'now'>, before: Strays): Promise<Strays> {
  const { home, now } = parts
  await sweepContent(parts)
  await home.removeLeftovers(now() - DAY_MS)
  const strays = new Set<string>()
  for await (const entries of inBatches(home.listOlder(now() - DAY_MS))) {
    for (const entry of await findStrays(parts, entries)) {
      const key = `${entry.kind} ${entry.id}`
      if (!before.has(key)) strays.add(key)
      else if (entry.kind === 'upload') await home.removeUpload(entry.id)
      else await home.removeContent(entry.id)
    }
  }
  return strays
}

async function sweepContent(parts: Pick<FileParts, 'store' | 'home'>): Promise<void> {
  for (let isDone = false; !isDone;) {
    const unused = await parts.store.db
      .selectFrom('file_content')
      .leftJoin('file', 'file.content_id', 'file_content.id')
      .select('file_content.id')
      .where('file.id', 'is', null)
      .limit(AT_ONCE)
      .execute()
    isDone = unused.length < AT_ONCE
    await removeUnusedContent(
      parts,
      unused.map(({ id }) => id),
    )
  }
}

/** An upload is wanted until its file is whole, content while it has a row. */
async function findStrays({ store }: Pick<FileParts, 'store'>, entries: readonly HomeEntry[]): Promise<HomeEntry[]> {
  const idsOf = (kind: HomeEntry['kind']) => entries.filter((entry) => entry.kind === kind).map(({ id }) => id)
  const uploads = idsOf('upload')
  const contents = idsOf('content')
  const unfinished =
    uploads.length === 0
      ? []
      : await store.db
          .selectFrom('file')
          .select('id')
          .where('id', 'in', uploads)
          .where('content_id', 'is', null)
          .execute()
  const kept =
    contents.length === 0
      ? []
      : await store.db.selectFrom('file_content').select('id').where('id', 'in', contents).execute()
  const wanted = {
    upload: new Set(unfinished.map(({ id }) => id)),
    content: new Set(kept.map(({ id }) => id)),
  }
  return entries.filter(({ kind, id }) => !wanted[kind].has(id))
}

/** Each once, though a content has several variants and an upload may have many pieces. */
async function* inBatches(entries: AsyncIterable<HomeEntry>): AsyncIterable<HomeEntry[]> {
  let batch = new Map<string, HomeEntry>()
  for await (const entry of entries) {
    batch.set(`${entry.kind} ${entry.id}`, entry)
    if (batch.size < AT_ONCE) continue
    yield [...batch.values()]
    batch = new Map()
  }
  if (batch.size > 0) yield [...batch.values()]
}
