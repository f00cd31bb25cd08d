import { countCalled, watchMentions } from '../../data/composing/find-mentions.ts'
import type { Session } from '../../data/session.ts'
import { live } from '../../ui/live.svelte.ts'
import type { Mentions } from '../../../shared/text/mention-rule.ts'

/** Asks whether all these people are really to be called; true is yes. */
export type ConfirmEveryone = (reach: number) => Promise<boolean>

/** Whether a text may go out: where it calls several at once by one word, whoever wrote it is asked first. */
export async function mayCall(
  session: Session,
  conversationId: string,
  text: string,
  confirm: ConfirmEveryone,
): Promise<boolean> {
  const reach = await countCalled(session, conversationId, text)
  return reach < 2 || confirm(reach)
}

/** For a component with a field: who is called by what stands in it, as far as it can be known here. */
export function followMentions(
  session: Session,
  conversationId: string,
  text: () => string,
): { readonly value: Mentions | undefined } {
  const none = $derived(!text().includes('@'))
  return live(() => watchMentions(session, conversationId, none))
}
