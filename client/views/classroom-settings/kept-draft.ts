import { createDraft, type ClassroomDraft } from './classroom-draft.ts'

const KEY = 'chatbox-new-classroom'

/** What was typed in this tab for a classroom that could not be made yet. */
export function findKeptDraft(): ClassroomDraft {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '{}')
    return { ...createDraft(), ...(kept as Partial<ClassroomDraft>) }
  } catch {
    return createDraft()
  }
}

export function keepDraft(draft: ClassroomDraft | null): void {
  try {
    if (draft === null) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, JSON.stringify(draft))
  } catch {
    // Where a browser keeps nothing, what is typed is on the page alone.
  }
}
