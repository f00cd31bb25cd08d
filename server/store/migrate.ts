import { migrations } from '../../migrations/index.ts'

/** All steps, in order. */
export const STEPS = Object.keys(migrations)

/** Throws with a sentence for the operator when a database knows a step that this code does not. */
export function refuseNewer(executed: readonly string[]): void {
  const newer = executed.find((name) => !STEPS.includes(name))
  if (newer === undefined) return
  throw new Error(
    `The database has a newer schema than this version of ChatBox (it knows "${newer}"). ` +
      'Start the newer version, or restore a backup made by this one.',
  )
}

export function toMigrationError(step: string, cause: unknown): Error {
  return new Error(`Migration ${step} failed: ${cause instanceof Error ? cause.message : 'unknown'}`, { cause })
}
