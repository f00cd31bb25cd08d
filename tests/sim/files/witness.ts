import type { CampusCommand } from '../../../server/campus/command.ts'

/*
 * What must never be of files at any moment, though it would be mended later: a message that is sent before its own files
 * are whole, a file that arrives as another one than was sent, a sweep that takes what somebody wants.
 */
export interface FilesWitness {
  /** The server says that a file is whole. */
  noteWhole(fileId: string): void
  /** What arrived of a file is not what was announced. */
  noteDamaged(fileId: string): void
  /** A server was sent commands. */
  noteSent(commands: readonly CampusCommand[]): void
  /** Something is wrong that only whoever swept can tell. */
  noteSwept(wrong: readonly string[]): void
}

export function createFilesWitness(wrong: string[]): FilesWitness {
  /** In whatever history of the log: what a restored backup lost was whole once. */
  const whole = new Set<string>()
  return {
    noteWhole: (fileId) => void whole.add(fileId),
    // Whatever breaks here, no byte becomes another one on its way.
    noteDamaged: (fileId) => void wrong.push(`file ${fileId} was put together wrongly`),
    noteSent(commands) {
      for (const command of commands) {
        if (command.type !== 'message.send') continue
        for (const { id, from } of command.files ?? []) {
          if (from === undefined && !whole.has(id)) wrong.push(`message ${command.id} was sent before its file ${id}`)
        }
      }
    },
    noteSwept: (found) => void wrong.push(...found),
  }
}
