import type { MessageView } from '../../data/messages/message-view.ts'

/** What a message's own controls ask the conversation for. */
export interface MessageHandlers {
  openMenu(message: MessageView, anchor: HTMLElement): void
  pickReaction(message: MessageView, anchor: HTMLElement): void
  react(message: MessageView, emoji: string, on: boolean): void
  /** Chooses it among several, or no more; with `reaches` all up to it. */
  choose(message: MessageView, reaches: boolean): void
  reply(message: MessageView): void
  jumpTo(messageId: string, n: number | null): void
  openThread(message: MessageView): void
  openHistory(message: MessageView): void
  openInfo(message: MessageView): void
  openPerson(userId: string): void
  /** Shows a photo of a message at its full size. */
  openPhoto(message: MessageView, fileId: string): void
  retry(commandId: string): void
  discard(commandId: string): void
  rewrite(message: MessageView): void
  /** Sends a refused message once more, with what is no photo as a document. */
  sendAsDocument(message: MessageView): void
  /** Sends it once more without the files for which it was refused. */
  sendWithout(message: MessageView): void
}
