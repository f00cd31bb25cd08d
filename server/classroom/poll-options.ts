import type { PollTable } from '../store/schema.ts'

/** A poll's options, as its row keeps them. */
export function toOptions(poll: Pick<PollTable, 'options'>): string[] {
  return JSON.parse(poll.options) as string[]
}
