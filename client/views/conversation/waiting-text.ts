import type { MessageView } from '../../data/messages/message-view.ts'
import type { MessageVersion } from '../../data/messages/watch-message-info.ts'

/**
 * What an edit that waits makes of a message; null where none does. Its row may be here before the answer to it is: then
 * it is the last of the versions, and waits no more.
 */
export function toWaitingText(
  { text, change }: Pick<MessageView, 'text' | 'change'>,
  versions: readonly MessageVersion[],
): string | null {
  const waits = change?.kind === 'edit' && change.delivery.kind === 'waiting'
  return waits && versions.at(-1)?.text !== text ? text : null
}
