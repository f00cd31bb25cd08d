import { performStaffAction } from '../../data/classroom/staff-action.ts'
import type { OpenedClassroom } from '../../data/classroom/opened-classroom.ts'
import type { QuestionView } from '../../data/classroom/views.ts'
import { watchStaff } from '../../data/classroom/watch-staff.ts'
import { createOnScreen } from '../../ui/on-screen.ts'

/** How far one has read: it goes with what was on the screen, and what came after it at the start stays marked as new. */
export class ReadPosition {
  #startN: number | null = $state(null)
  #readN: number | null = null
  #stops: (() => void)[] = []
  readonly attach: (questionId: string) => (element: Element) => () => void

  constructor(opened: OpenedClassroom, userId: string, numberOf: (questionId: string) => number | null) {
    const onScreen = createOnScreen((ids) => this.#report(opened, Math.max(0, ...ids.map((id) => numberOf(id) ?? 0))))
    const subscription = watchStaff(opened).subscribe((staff) => {
      const me = staff.find((row) => row.userId === userId)
      if (me === undefined) return
      this.#startN ??= me.readN
      this.#readN = Math.max(this.#readN ?? 0, me.readN)
      if (this.#seenN > 0) this.#report(opened, this.#seenN)
    })
    this.attach = onScreen.attach
    this.#stops = [() => subscription.unsubscribe(), onScreen.stop]
  }

  isNew({ n }: QuestionView): boolean {
    return this.#startN !== null && n !== null && n > this.#startN
  }

  stop(): void {
    for (const stop of this.#stops) stop()
  }

  #seenN = 0

  #report(opened: OpenedClassroom, n: number): void {
    this.#seenN = Math.max(this.#seenN, n)
    if (this.#readN === null || n <= this.#readN || document.visibilityState !== 'visible') return
    this.#readN = n
    void performStaffAction(opened, { type: 'staff.read', n })
  }
}
