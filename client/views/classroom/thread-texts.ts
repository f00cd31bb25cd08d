import { loadSnapshot } from '../../data/classroom/export.ts'
import type { OpenClassroom } from '../../data/classroom/opened-classroom.ts'

/** What the shown replies say, by question, as far as they are on this device. */
export async function loadReplyTexts(room: OpenClassroom): Promise<Map<string, string[]>> {
  const { threads } = await loadSnapshot(room)
  return new Map(
    threads.map(({ question, replies }) => [question.id, replies.flatMap(({ text }) => (text === null ? [] : [text]))]),
  )
}
