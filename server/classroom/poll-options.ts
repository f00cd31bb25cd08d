import type { PollTable } from '../store/schema.ts'

/** A poll's options, as its row keeps them. */
export function toOptions(poll: Pick<PollTable, 'options'>): string[] {
  return JSON.parse(poll.options) as string[]
}

/** The places of a quiz's right options, likewise. */
export function toRight({ right_options }: Pick<PollTable, 'right_options'>): number[] | null {
  return right_options === null ? null : (JSON.parse(right_options) as number[])
}
