import type { SimDatabase } from '../database.ts'
import type { SimHome } from './home.ts'

/*
 * What files people sent, by the names that they gave them: whatever becomes of a file's id and of its message's, each message
 * in the log has all of its files, in their order and as they were sent.
 */
export interface FilesRecord {
  /** A message was queued, with files of its own or of another one. */
  note(messageId: string, files: readonly Named[]): void
  /** What is wrong at rest, in sentences; of what a restore lost the bytes may be gone. */
  check(database: SimDatabase, home: SimHome, lost: ReadonlySet<string>): string[]
}

interface Named {
  name: string
  /** Of files of its own. */
  bytes?: Uint8Array
}

export function createFilesRecord(): FilesRecord {
  const names = new Map<string, string[]>()
  const contents = new Map<string, Uint8Array>()

  function checkMessage(id: string, files: readonly { id: string; name: string }[]): string[] {
    const expected = names.get(id) ?? []
    if (files.map(({ name }) => name).join() === expected.join()) return []
    return [`message ${id} has the files ${files.map(({ name }) => name).join()} instead of ${expected.join()}`]
  }

  return {
    note(messageId, files) {
      names.set(
        messageId,
        files.map(({ name }) => name),
      )
      for (const { name, bytes } of files) if (bytes !== undefined) contents.set(name, bytes)
    },
    check(database, home, lost) {
      const messages = database.all<{ id: string; files: string | null }>(
        'select id, files from message where text is not null',
      )
      return messages.flatMap(({ id, files }) => {
        const list = files === null ? [] : (JSON.parse(files) as { id: string; name: string }[])
        const wrong = checkMessage(id, list)
        for (const { id: fileId, name } of list) {
          const [row] = database.all<{ content_id: string }>('select content_id from file where id = ?', fileId)
          const bytes = row && home.bytesOf('content', row.content_id)
          if (bytes === undefined && row !== undefined && lost.has(row.content_id)) continue
          if (Buffer.compare(bytes ?? new Uint8Array(), contents.get(name) ?? new Uint8Array()) === 0) continue
          wrong.push(`${name} of message ${id} holds something else than was sent`)
        }
        return wrong
      })
    },
  }
}
