import { loadSnapshot } from '../../data/classroom/export.ts'
import type { OpenedClassroom } from '../../data/classroom/opened-classroom.ts'

/** What the shown replies say, by question, as far as they are on this device. */
export async function loadReplyTexts(opened: OpenedClassroom): Promise<Map<string, string[]>> {
  const { threads } = await loadSnapshot(opened)
  return new Map(
    threads.map(({ question, replies }) => [question.id, replies.flatMap(({ text }) => (text === null ? [] : [text]))]),
  )
}
