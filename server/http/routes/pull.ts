import type * as v from 'valibot'
import type { KindTypes, LogKind, Page } from '../../log/kind.ts'
import type { FoundHead, LogHead } from '../../log/log-tables.ts'
import { hasNews, pull as pullPage, type PullOutcome } from '../../log/pull.ts'
import type { Hub } from '../../live/hub.ts'
import type { OpenSessions } from '../../live/open-sessions.ts'
import type { Store } from '../../store/store.ts'
import type { AppContext, AppHandler } from '../context.ts'
import { withQuery } from '../input.ts'

export type Reset = Extract<PullOutcome<KindTypes>, { kind: 'reset' }>

export type PulledPage<Types extends KindTypes> = Page<Types['row']> & LogHead

/** What a query asks for, whichever log it is of. */
export interface PullQuery {
  lineage: string
  /** Of clients without lineages. */
  epoch: string
  cursor: number
  next?: string | undefined
  wait?: '0' | '1' | undefined
  far?: number | undefined
}

export interface Admitted<Types extends KindTypes> {
  reader: Types['reader']
  /** Whose request it is; null of nobody. */
  sessionId: string | null
}

/** How the callers of one door read one kind of log. */
export interface PullDoor<Types extends KindTypes, View extends FoundHead, Limits, Query extends PullQuery> {
  kind: LogKind<Types, View, Limits>
  query: v.GenericSchema<unknown, Query>
  getLog(c: AppContext, query: Query): string
  /** Who asks; a response when they may not. Asked again after a wait: they may have been signed out meanwhile, or removed. */
  admit(c: AppContext): Promise<Admitted<Types> | Response>
  openHub(log: string): Pick<Hub<Types>, 'waitForNews'>
  /** Somebody waits; the returned function says that it is over. */
  onWaiting?(log: string): () => void
  /** Asking for what follows a cursor acknowledges everything up to it. */
  onPulled?(admitted: Admitted<Types>, cursor: number): void
  answerPage(c: AppContext, log: string, page: PulledPage<Types>): Response
  answerReset(c: AppContext, query: Query, reset: Reset): Response
  answerRefusal(c: AppContext, refusal: Types['refusal']): Response
  answerTooMany(c: AppContext): Response
}

/** Pulls a page; with `wait=1`, one that brings nothing is held back until there may be something. */
export function pullThrough<Types extends KindTypes, View extends FoundHead, Limits, Query extends PullQuery>(
  { store, sessions }: { store: Store; sessions: Pick<OpenSessions, 'enter'> },
  door: PullDoor<Types, View, Limits, Query>,
): AppHandler {
  return withQuery(door.query, async (c, query) => {
    const log = door.getLog(c, query)
    const { lineage, epoch, cursor, next = null, far } = query
    const look = async (admitted: Admitted<Types>) =>
      pullPage(store, door.kind, log, admitted.reader, { lineage, cursor, next, far })
    const admitted = await door.admit(c)
    if (admitted instanceof Response) return admitted
    const outcome = await look(admitted)
    if (outcome.kind === 'page' && epoch !== '' && epoch !== outcome.page.epoch) {
      return door.answerReset(c, query, { kind: 'reset', head: outcome.page, lineages: [] })
    }
    if (outcome.kind === 'page' && cursor > 0) door.onPulled?.(admitted, cursor)
    if (query.wait !== '1' || outcome.kind !== 'page' || hasNews(outcome.page)) return answer(c, door, query, outcome)

    const ended = new AbortController()
    const leave = admitted.sessionId === null ? undefined : sessions.enter(admitted.sessionId, () => ended.abort())
    if (admitted.sessionId !== null && leave === undefined) return door.answerTooMany(c)
    const stopWaiting = door.onWaiting?.(log)
    try {
      const signal = AbortSignal.any([c.req.raw.signal, ended.signal])
      await door.openHub(log).waitForNews(admitted.reader, outcome.page.to, signal)
    } finally {
      leave?.()
      stopWaiting?.()
    }
    const still = await door.admit(c)
    return still instanceof Response ? still : answer(c, door, query, await look(still))
  })
}

function answer<Types extends KindTypes, View extends FoundHead, Limits, Query extends PullQuery>(
  c: AppContext,
  door: PullDoor<Types, View, Limits, Query>,
  query: Query,
  outcome: PullOutcome<Types>,
): Response {
  switch (outcome.kind) {
    case 'page':
      return door.answerPage(c, door.getLog(c, query), outcome.page)
    case 'reset':
      return door.answerReset(c, query, outcome)
    case 'refused':
      return door.answerRefusal(c, outcome.refusal)
  }
}
