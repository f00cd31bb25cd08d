import { sweepFiles } from '../../../server/files/sweep-files.ts'
import { sweepHome, type Strays } from '../../../server/files/sweep-home.ts'
import type { FileParts } from '../../../server/files/parts.ts'
import type { Store } from '../../../server/store/store.ts'
import type { SimDatabase } from '../database.ts'
import type { Witness } from '../witness.ts'
import type { SimHome } from './home.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export type Sweep = (parts: FileParts) => Promise<void>

/** Sweeps as a process does that has run for days: whatever is old enough then goes. */
export async function sweepAll(
  parts: FileParts,
  days: number,
  witness: Pick<Witness, 'files'>,
  sweep: Sweep = sweepFiles,
): Promise<void> {
  const now = () => parts.now() + days * DAY_MS
  const later = { ...parts, now, store: watchSwept(parts.store, now, (wrong) => witness.files.noteSwept(wrong)) }
  await sweep(later)
  let strays: Strays = new Set()
  for (let look = 0; look < 2; look += 1) strays = await sweepHome(later, strays)
}

/** Holds what each transaction of a sweep removed against what was wanted when it began. */
function watchSwept(store: Store, now: () => number, onWrong: (wrong: readonly string[]) => void): Store {
  const write: Store['write'] = (work) =>
    store.write(async (db) => {
      const before = await db.selectFrom('file').select(['id', 'touched_at']).execute()
      const carried = await db.selectFrom('message_file').select('file_id').execute()
      const answer = await work(db)
      const kept = new Set((await db.selectFrom('file').select('id').execute()).map(({ id }) => id))
      const wanted = new Set(carried.map(({ file_id }) => file_id))
      for (const { id, touched_at } of before) {
        if (kept.has(id)) continue
        if (wanted.has(id)) onWrong([`file ${id} was swept, and a message carries it`])
        if (touched_at >= now() - DAY_MS) onWrong([`file ${id} was swept, and somebody asked about it within the day`])
      }
      return answer
    })
  return { ...store, write }
}

interface Carried {
  message_id: string
  file_id: string
  content_id: string | null
}

/** The files that messages carry, as their rows say. */
function listCarried(database: SimDatabase): Carried[] {
  return database
    .all<{ id: string; files: string }>('select id, files from message where files is not null')
    .flatMap(({ id, files }) =>
      (JSON.parse(files) as { id: string }[]).map((file) => {
        const [row] = database.all<{ content_id: string | null }>('select content_id from file where id = ?', file.id)
        return { message_id: id, file_id: file.id, content_id: row?.content_id ?? null }
      }),
    )
}

/** Content that the tables name and the home has not, in sentences; what a restore lost is known. */
export function checkCarried(database: SimDatabase, home: SimHome, lost: ReadonlySet<string>): string[] {
  return listCarried(database).flatMap(({ message_id, file_id, content_id }) => {
    if (content_id === null) return [`message ${message_id} carries ${file_id}, which is no whole file any more`]
    if (lost.has(content_id) || home.bytesOf('content', content_id) !== undefined) return []
    return [`message ${message_id} carries ${file_id}, and what it holds is gone`]
  })
}

/** What is kept that nobody wants any more, once it was swept a day after the last one asked. */
export function checkSwept(database: SimDatabase, home: SimHome, lost: ReadonlySet<string>): string[] {
  const carried = new Set(listCarried(database).map(({ file_id }) => file_id))
  const files = database.all<{ id: string; content_id: string }>('select id, content_id from file')
  const contents = database.all<{ id: string }>('select id from file_content').map(({ id }) => id)
  const expected = new Set(files.filter(({ id }) => carried.has(id)).map(({ content_id }) => content_id))
  const wrong = files
    .filter(({ id }) => !carried.has(id))
    .map(({ id }) => `file ${id} is kept, and no message carries it`)
  for (const id of contents) if (!expected.has(id)) wrong.push(`content ${id} has a row, and is of no file`)
  for (const one of home.list()) {
    const [kind, id = ''] = one.split(' ')
    if (kind !== 'content' || (!expected.has(id) && !lost.has(id))) wrong.push(`${one} lies there, and is of no file`)
  }
  return wrong
}
