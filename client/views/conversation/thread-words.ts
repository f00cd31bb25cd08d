import { countWords } from '../../data/count-words.ts'
import type { Looked, ReplyChain } from '../../data/messages/reply-chain.ts'

export interface ThreadWords {
  words: string
  /** Whether one can have it looked for further. */
  asks: boolean
}

/** What is said of what a thread lacks on this device; null when that is nothing. */
export function toThreadWords(
  { rootId, messages, above, missing }: ReplyChain,
  looked: Looked | 'looking' | null,
  connected: boolean,
): ThreadWords | null {
  if (rootId === null) return say('This thread is not on this device.')
  if (looked === 'looking') return say('Looking for more of it…')
  if (looked === 'refused') return say('The rest of it cannot be read any more.')
  const isWhole = (above === null && missing === 0) || looked === 'whole'
  if (isWhole && messages.length === 0) return say('You deleted all messages of this thread for yourself.')
  if (isWhole) return above === null ? null : say('What this answers cannot be read any more.')
  if (!connected) return say('Not all of it is on this device. The rest comes with the network.')
  if (above !== null) return { words: 'What this answers is not on this device.', asks: true }
  const count = countWords(missing, 'message since then is', 'messages since then are')
  return { words: `${count} not on this device. There may be replies among them.`, asks: true }
}

/** How many replies there are: of those that this device holds, unless nothing is lacking. */
export function countReplies({ rootId, messages, missing }: ReplyChain, looked: Looked | 'looking' | null): string {
  const count = countWords(messages.filter(({ id }) => id !== rootId).length, 'reply', 'replies')
  return missing === 0 || looked === 'whole' ? count : `${count} on this device`
}

function say(words: string): ThreadWords {
  return { words, asks: false }
}
