import { keep, readKeptJson } from '../../ui/kept.ts'
import { createDraft, type ClassroomDraft } from './classroom-draft.ts'

const KEY = 'chatbox-new-classroom'

/** What was typed in this tab for a classroom that could not be made yet. */
export function findKeptDraft(): ClassroomDraft {
  return { ...createDraft(), ...(readKeptJson('tab', KEY) as Partial<ClassroomDraft> | null) }
}

export function keepDraft(draft: ClassroomDraft | null): void {
  keep('tab', KEY, draft === null ? null : JSON.stringify(draft))
}
