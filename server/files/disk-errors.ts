import { HomeFull } from './home.ts'

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT'])

/** Undefined for what is not there. */
export async function orMissing<Found>(looking: Promise<Found>): Promise<Found | undefined> {
  try {
    return await looking
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Throws `HomeFull` for want of room. */
export async function asRoom<Answer>(writing: Promise<Answer>): Promise<Answer> {
  try {
    return await writing
  } catch (error) {
    throw NO_ROOM.has(codeOf(error)) ? new HomeFull('the disk is full', { cause: error }) : error
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
