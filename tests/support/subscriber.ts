import type { Hub, Subscriber, Subscription } from '../../server/live/hub.ts'
import type { Attended } from '../../server/live/signals.ts'
import type { DownFrame } from '../../shared/protocol/down.ts'
import type { Row } from '../../shared/protocol/rows.ts'

/** Somebody who listens to a hub, and what they were told. */
export interface Listening {
  readonly frames: DownFrame[]
  readonly subscription: Subscription
  /** Takes what was told since the last time. */
  take(): DownFrame[]
  /** Every row told so far, in order. */
  rows(): Row[]
  /** Says hello: from here on the user is there. */
  attend(): Attended
  isEnded(): boolean
  fill(): void
}

let sessions = 0

export function listenTo(hub: Hub, userId: string, sessionId = `session-${(sessions += 1)}`): Listening {
  const frames: DownFrame[] = []
  let taken = 0
  let ended = false
  let full = false
  const subscriber: Subscriber = {
    userId,
    sessionId,
    isFull: () => full,
    send: (frame) => frames.push(JSON.parse(frame.toString()) as DownFrame),
    end: () => (ended = true),
  }
  const subscription = hub.subscribe(subscriber)
  if (subscription === undefined) throw new Error('the hub took no more of this session')
  return {
    frames,
    subscription,
    take() {
      const fresh = frames.slice(taken)
      taken = frames.length
      return fresh
    },
    rows: () => frames.flatMap((frame) => (frame.type === 'rows' ? frame.rows : [])),
    attend: () => hub.attend(subscriber),
    isEnded: () => ended,
    fill: () => (full = true),
  }
}
