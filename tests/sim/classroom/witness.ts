import { fromClassroomLog } from '../../../shared/classroom/fields.ts'
import type { SimDatabase } from '../database.ts'

/*
 * What of a classroom everybody may see: texts of questions while they are shown, of answers while they and their
 * question are. Who works at the desk is told everything but what was withdrawn, and the room never hears of the desk.
 */
export interface ClassroomWitness {
  noteCommit(): void
  noteRestored(): void
  noteTold(path: string, rows: readonly { type: string }[]): void
}

interface Told {
  type: string
  id?: string
  text?: string | null
  name?: string | null
}

const VISIBLE = `
  select id, text from question where classroom_id = ? and state = 'shown'
  union all
  select reply.id, reply.text from reply join question on question.id = reply.question_id
  where reply.classroom_id = ? and reply.state = 'shown' and question.state in ('shown', 'merged')`

export function createClassroomWitness(database: SimDatabase, wrong: string[]): ClassroomWitness {
  const heads = new Map<string, number>()
  /** Each text that the room could see at some time, with the id of what it stood in. */
  const seen = new Set<string>()

  function noteCommit(): void {
    const logs = database.all<{ id: string; head: number }>('select id, head from classroom_log')
    for (const { id, head } of logs) {
      if (heads.get(id) === head) continue
      heads.set(id, head)
      const classroomId = fromClassroomLog(id)
      const visible = database.all<{ id: string; text: string }>(VISIBLE, classroomId, classroomId)
      for (const row of visible) seen.add(`${row.id} ${row.text}`)
    }
  }

  return {
    noteCommit,
    noteRestored() {
      heads.clear()
      noteCommit()
    },
    noteTold(path, rows) {
      if (!path.startsWith('/q/')) return
      for (const row of rows as readonly Told[]) {
        if (row.type === 'desk' || row.type === 'staff') wrong.push(`the room is told ${JSON.stringify(row)}`)
        if (row.type !== 'question' && row.type !== 'reply') continue
        if (row.text === null || seen.has(`${row.id ?? ''} ${row.text ?? ''}`)) continue
        wrong.push(`the room is told a text that was never shown: ${JSON.stringify(row)}`)
      }
    },
  }
}
