import type { MessageView } from '../../data/message-view.ts'

/** What the composer's text will become: a new message, another text of one, or a refused one sent anew. */
export type ComposerMode =
  { kind: 'new' } | { kind: 'edit'; message: MessageView } | { kind: 'rewrite'; message: MessageView }
