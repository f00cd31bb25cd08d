import type { Batch } from '../campus/batch.ts'

/** What whoever deleted their account is called to apps that know no better; others say it in their own words. */
export const FORMER_NAME = 'Former member'

/** One that nobody can register, and that is of one person alone. */
export function toFormerHandle(userId: string): string {
  return `~${BigInt(`0x${userId.replaceAll('-', '')}`).toString(36)}`
}

/** Whether this is somebody who can be written to. Only of people in `needs.users`. */
export function hasAccount(batch: Batch, userId: string): boolean {
  return batch.users.get(userId)?.former === 0
}
