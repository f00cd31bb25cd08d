import type { Clock } from '../../../shared/clock.ts'
import type { MessageView } from '../../data/messages/message-view.ts'
import { toPlainLine } from '../../ui/text/plain-line.svelte.ts'
import { toNames } from './names.ts'

/** What a screen reader says of a message that arrived. */
export interface Arrival {
  name: string
  text: string
}

/** What others wrote of these, each on one line. */
export function toArrivals(messages: readonly MessageView[]): Arrival[] {
  return messages.flatMap(({ mine, author, line, blocked }) =>
    mine || blocked || line === null ? [] : [{ name: author.name, text: toPlainLine(line, TEXT_MAX) }],
  )
}

const NOT_OFTENER_THAN_MS = 3_000
const TEXT_MAX = 300

/** Says what arrived: one message with its text, several at once with who wrote; no oftener than can be listened to. */
export function createAnnouncer(
  clock: Pick<Clock, 'after'>,
  say: (words: string) => void,
): { announce(arrivals: readonly Arrival[]): void; stop(): void } {
  let gathered: Arrival[] = []
  let cancel: (() => void) | null = null

  function speak(): void {
    cancel = null
    if (gathered.length === 0) return
    say(toWords(gathered))
    gathered = []
    cancel = clock.after(NOT_OFTENER_THAN_MS, speak)
  }

  return {
    announce(arrivals) {
      gathered.push(...arrivals)
      if (cancel === null) speak()
    },
    stop: () => cancel?.(),
  }
}

function toWords(arrivals: readonly Arrival[]): string {
  const [first] = arrivals
  if (first !== undefined && arrivals.length === 1) return `${first.name}: ${first.text.slice(0, TEXT_MAX)}`
  return `${arrivals.length} new messages from ${toNames([...new Set(arrivals.map(({ name }) => name))])}`
}
