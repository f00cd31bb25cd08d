import { expect } from 'vitest'

/** What this work, which is to fail, fails with. */
export function catchError(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('it was expected to fail'),
    (error: unknown) => error,
  )
}
