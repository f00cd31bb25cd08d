import { performStaffAction, type StaffAction } from '../../data/classroom/staff-action.ts'
import type { OpenedClassroom } from '../../data/classroom/opened-classroom.ts'
import type { ClassroomView, QuestionView } from '../../data/classroom/views.ts'
import { findUndo } from './undo.ts'

export interface DeskSnapshot {
  classroom: ClassroomView
  questions: readonly QuestionView[]
}

/** What staff do at one desk, said aloud, with what undoes the last of it. */
export class DeskActions {
  #opened: OpenedClassroom
  #snapshot: () => DeskSnapshot | undefined
  /** What was just done, in a sentence. */
  said: { text: string; undo: StaffAction[] | null } | null = $state.raw(null)

  constructor(opened: OpenedClassroom, snapshot: () => DeskSnapshot | undefined) {
    this.#opened = opened
    this.#snapshot = snapshot
  }

  async do(action: StaffAction, text: string): Promise<string> {
    const snapshot = this.#snapshot()
    const undo = snapshot === undefined ? null : findUndo(action, snapshot.questions, snapshot.classroom)
    const id = await performStaffAction(this.#opened, action)
    this.said = { text, undo }
    return id
  }

  async undo(): Promise<void> {
    const undo = this.said?.undo ?? null
    if (undo === null) return
    for (const action of undo) await performStaffAction(this.#opened, action)
    this.said = { text: 'Undone', undo: null }
  }
}
