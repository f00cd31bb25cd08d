import { randomBytes } from 'node:crypto'
import type { ProbeTable } from './schema.ts'
import type { ErrorClass } from './store.ts'

/** Whether something can be stored, at no cost while it can. */
export interface Writability {
  /** Runs a transaction and takes note of what it comes to. */
  note<Answer>(transaction: () => Promise<Answer>): Promise<Answer>
  canWrite(): Promise<boolean>
}

/** On a full disk a few bytes find room, in a file that was made larger for what then did not fit. This is more. */
const PROBE_BYTES = 60 * 1024

/** Another one each time: what is there already need not be written. */
export function createProbeRow(): ProbeTable {
  return { id: 1, filler: randomBytes(PROBE_BYTES) }
}

/** `probe` stores something; it is asked only after a transaction failed, and by one caller at a time. */
export function createWritability(
  classify: (error: unknown) => ErrorClass,
  probe: () => Promise<unknown>,
): Writability {
  let hasFailed = false
  let probing: Promise<boolean> | undefined

  async function ask(): Promise<boolean> {
    try {
      await probe()
      hasFailed = false
    } catch {
      // The transaction that failed before it was reported by whoever began it.
    } finally {
      probing = undefined
    }
    return !hasFailed
  }

  return {
    async note(transaction) {
      try {
        const answer = await transaction()
        hasFailed = false
        return answer
      } catch (error) {
        if (classify(error) !== 'statement') hasFailed = true
        throw error
      }
    },
    canWrite: async () => !hasFailed || (probing ??= ask()),
  }
}
