import { applyPage } from './apply.ts'
import { forgetPosition, goBackTo } from './begin-anew.ts'
import type { Answer, ClientKind, Ending, KindTypes, LogApi, LogError, LogStore } from './kind.ts'
import { findCommonEnd, isSamePosition } from './move-position.ts'
import type { DevicePosition } from './position.ts'

/** One log on this device, and its server. */
export interface Part<Types extends KindTypes> {
  store: Pick<LogStore<Types>, 'transact'>
  kind: ClientKind<Types>
  api: LogApi<Types['row']>
}

export interface Progress {
  /** Positions of the log behind us and in all, since this catching up began; of a first pull its rows, and 0. */
  (done: number, total: number): void
}

export interface PullOptions {
  /** The last question is held open by the server until there is something to tell: the long poll. */
  wait?: boolean
  onProgress?: Progress | undefined
  /** Once it says so nothing more is asked for or applied: whoever asked leads no more. */
  isOver?: () => boolean
}

/** Pulls until there is no more. */
export async function pullAll<Types extends KindTypes>(
  part: Part<Types>,
  { wait = false, onProgress, isOver = () => false }: PullOptions = {},
): Promise<Ending> {
  const { store, kind, api } = part
  let began: number | undefined
  let fetched = 0
  for (;;) {
    const asked = await store.transact((tables) => Promise.resolve(tables.getPosition()))
    began ??= asked.cursor
    const answer = await api.pull(asked, wait && asked.cursor > 0)
    if (isOver()) return 'done'
    if (answer.kind !== 'ok') {
      if (!(await beginAgain(part, asked, answer))) return endingOf(kind, answer)
      began = undefined
      continue
    }
    const page = answer.value
    const outcome = await applyOrBeginAgain(part, asked, page)
    fetched += page.rows.length
    // A first pull gets nowhere in the log before its last page, and nobody knows of how many.
    if (page.next !== null) onProgress?.(fetched, 0)
    else if (page.to < page.head) onProgress?.(page.to - began, page.head - began)
    // Another tab may have moved on meanwhile; then this page is not applied, and we ask from there.
    if (outcome === 'gap' || page.next !== null || page.to < page.head) continue
    await store.transact((tables) => finishRestoring(tables, kind))
    return 'done'
  }
}

/** What came of a request that is no success. */
export function endingOf<Types extends KindTypes>(
  kind: Pick<ClientKind<Types>, 'toEnding'>,
  answer: Exclude<Answer<unknown, LogError>, { kind: 'ok' }>,
): Ending {
  return answer.kind === 'refused' ? kind.toEnding(answer.error) : answer.kind
}

/** Whether the server's answer was that we have to pull afresh, and all is ready for that. */
async function beginAgain<Types extends KindTypes>(
  { store, kind }: Part<Types>,
  asked: DevicePosition,
  answer: Exclude<Answer<unknown, LogError>, { kind: 'ok' }>,
): Promise<boolean> {
  if (answer.kind !== 'refused') return false
  const start = findStart(asked, answer.error)
  if (start === undefined && (answer.error.code !== 'bad_request' || asked.next === null)) return false
  await store.transact(async (tables) => {
    // Unless another tab did so meanwhile: what was lost is offered once.
    if (!isSamePosition(await tables.getPosition(), asked)) return
    // The server does not know where our first pull was: it begins anew.
    if (start === undefined) return tables.setPosition({ ...asked, next: null })
    await goBackTo(tables, kind, start)
  })
  return true
}

/** Up to where the log still has what it sent this device, if it went back in time. */
function findStart(asked: DevicePosition, { code, lineages, start }: LogError): number | undefined {
  if (code === 'lineage_ended') return findCommonEnd(asked, lineages ?? [])
  return code === 'epoch_changed' || code === 'cursor_ahead' ? (start ?? 0) : undefined
}

async function finishRestoring<Types extends KindTypes>(
  tables: Types['tables'],
  kind: ClientKind<Types>,
): Promise<void> {
  const position = await tables.getPosition()
  if (!position.restoring || position.next !== null) return
  await kind.offerAgain(tables)
  await tables.setPosition({ ...(await tables.getPosition()), restoring: false })
}

/**
 * A page that breaks a promise of the tables, such as another message under a number that is taken, contradicts what is
 * held: asking for it again would bring the same one. So everything is pulled afresh.
 */
async function applyOrBeginAgain<Types extends KindTypes>(
  { store, kind }: Part<Types>,
  asked: DevicePosition,
  page: Parameters<typeof applyPage<Types>>[3],
): Promise<'applied' | 'old' | 'gap'> {
  try {
    return await store.transact((tables) => applyPage<Types>(tables, kind, asked, page))
  } catch (error) {
    if (asked.cursor === 0 || !isContradiction(error)) throw error
    await store.transact((tables) => forgetPosition(tables))
    return 'gap'
  }
}

/** IndexedDB says so when a unique index is broken; Dexie wraps it when it was one of many. */
export function isContradiction(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'ConstraintError') return true
  return 'failures' in error && Array.isArray(error.failures) && error.failures.some(isContradiction)
}
