import type { Command, CommandOf } from '../../../shared/protocol/commands.ts'
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import type { OutboxEntry, OutboxState } from '../../sync/database.ts'

/** How far something of one's own has come. What the server took counts as sent. */
export type Delivery =
  /** `goesOnAt` where the server slowed it down. */
  { kind: 'waiting'; goesOnAt?: number } | { kind: 'sent' } | { kind: 'refused'; code: ErrorCode; reason: string }

export const SENT: Delivery & { kind: 'sent' } = { kind: 'sent' }

export function toDelivery(state: OutboxState): Delivery {
  switch (state.kind) {
    case 'waiting':
      return { kind: 'waiting', ...(state.hold?.slowed === true && { goesOnAt: state.hold.until }) }
    case 'accepted':
      return SENT
    case 'refused':
      return { kind: 'refused', code: state.code, reason: state.message }
  }
}

export type EntryOf<Type extends Command['type']> = OutboxEntry & { command: CommandOf<Type> }

/** The entries of one kind, in the order in which they were written. */
export function entriesOf<Type extends Command['type']>(entries: readonly OutboxEntry[], type: Type): EntryOf<Type>[] {
  return entries.filter((entry): entry is EntryOf<Type> => entry.command.type === type)
}

/** Whether it is shown as if it had happened already: what was refused did not. */
export function isOptimistic(entry: OutboxEntry): boolean {
  return entry.state.kind !== 'refused'
}

const AUTOMATIC: ReadonlySet<Command['type']> = new Set<Command['type']>(['read', 'receive', 'draft.set'])

/** What the app does by itself nobody wants to hear about, neither that it waits nor that it was refused. */
export function isUserAction(entry: OutboxEntry): boolean {
  return !AUTOMATIC.has(entry.command.type)
}

export function isWaiting(entry: OutboxEntry): boolean {
  return entry.state.kind === 'waiting'
}

export function isRefused(entry: OutboxEntry): boolean {
  return entry.state.kind === 'refused'
}

/** Everybody whom these entries are about. */
export function peopleNamedIn(entries: readonly OutboxEntry[]): string[] {
  return entries.flatMap(({ command }) => {
    if ('userIds' in command) return command.userIds
    if ('mentions' in command) return command.mentions
    return 'userId' in command ? [command.userId] : []
  })
}
