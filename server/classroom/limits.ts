import type { StudentCommand } from '../../shared/classroom/commands.ts'
import { type ClassroomRefusal, refuse } from '../../shared/classroom/errors.ts'
import { FREE_COMMANDS, FREE_COMMANDS_WINDOW_MS, SLOW_SECONDS_MAX } from '../../shared/classroom/limits.ts'
import type { ClassroomTable } from '../store/schema.ts'
import { createProofOfWork } from './proof-of-work.ts'

/*
 * What one classroom takes of its students, whoever they are: limits of a link, in the memory of this
 * process, and of nobody.
 *
 *     a question in slow mode, before its time      slow_mode, with when to try again
 *     more than FREE_COMMANDS in a window           work_needed, with a challenge; free again with its solution
 *     otherwise                                     admitted
 */

export type Admission =
  | { kind: 'admitted'; refused: () => void }
  | { kind: 'limited'; refusal: ClassroomRefusal; retryAfterMs?: number; challenge?: unknown }

export interface ClassroomLimits {
  /** Whoever was admitted says with `refused()` that nothing came of it, so that others need not wait for it. */
  admit(classroom: Limited, asked: { type: LimitedType }, work: string | undefined): Promise<Admission>
}

/** A command, that a photo is announced, or that a question is reported. */
type LimitedType = StudentCommand['type'] | 'photo' | 'report'
type Limited = Pick<ClassroomTable, 'id' | 'slow_seconds' | 'challenge_key'>

export function createClassroomLimits(now: () => number): ClassroomLimits {
  const proofs = createProofOfWork(now)
  // By classroom, in the order of their beginnings, so that what is over is always at the front.
  const windows = new Map<string, { from: number; count: number }>()
  const turns = new Map<string, { at: number }>()

  /** Whether it is not longer ago. What lies ahead, because the clock was set back, was long ago too. */
  function isWithin(at: number, ms: number): boolean {
    const ago = now() - at
    return ago >= 0 && ago < ms
  }

  function takeFree(classroomId: string): boolean {
    for (const [id, { from }] of windows) {
      if (isWithin(from, FREE_COMMANDS_WINDOW_MS)) break
      windows.delete(id)
    }
    const window = windows.get(classroomId) ?? { from: now(), count: 0 }
    if (window.count >= FREE_COMMANDS) return false
    window.count += 1
    windows.set(classroomId, window)
    return true
  }

  function getWaitMs({ id, slow_seconds }: Limited): number {
    const last = turns.get(id)
    if (slow_seconds === 0 || last === undefined || !isWithin(last.at, slow_seconds * 1000)) return 0
    return last.at + slow_seconds * 1000 - now()
  }

  function takeTurn(classroomId: string): () => void {
    for (const [id, { at }] of turns) {
      if (isWithin(at, SLOW_SECONDS_MAX * 1000)) break
      turns.delete(id)
    }
    const turn = { at: now() }
    turns.delete(classroomId)
    turns.set(classroomId, turn)
    return () => {
      if (turns.get(classroomId) === turn) turns.delete(classroomId)
    }
  }

  function slow(waitMs: number): Admission {
    return { kind: 'limited', refusal: refuse('slow_mode'), retryAfterMs: waitMs }
  }

  return {
    async admit(classroom, asked, work) {
      const isQuestion = asked.type === 'question.ask'
      const waitMs = isQuestion ? getWaitMs(classroom) : 0
      if (waitMs > 0) return slow(waitMs)
      const isWorked = work !== undefined && (await proofs.take(classroom.challenge_key, work))
      if (!isWorked && !takeFree(classroom.id)) {
        const challenge = await proofs.createChallenge(classroom.challenge_key)
        return { kind: 'limited', refusal: refuse('work_needed'), challenge }
      }
      if (!isQuestion || classroom.slow_seconds === 0) return { kind: 'admitted', refused: () => undefined }
      // Another question may have come while this one's work was looked at.
      const stillMs = getWaitMs(classroom)
      if (stillMs > 0) return slow(stillMs)
      return { kind: 'admitted', refused: takeTurn(classroom.id) }
    },
  }
}
