import { CLASSROOM_API } from '../../shared/classroom/http.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import { StoreUnavailable } from '../log/group-commit.ts'
import type { Store } from '../store/store.ts'
import { answerRefusal } from './answers.ts'
import type { AppParts } from './app-parts.ts'
import type { AppContext } from './context.ts'

/** Answers what was thrown: the store that is away, or a bug, under the id of its log line. */
export function createErrorAnswer({ store, ...reports }: Pick<AppParts, 'store' | 'report' | 'reportBare'>) {
  return (error: unknown, c: AppContext): Response => {
    // Whoever left in the middle of a request gets no answer, and that is no error.
    if (isCutOff(c)) return answerRefusal(c, refusal('bad_request'))
    // What a student sent must not come into the log, not even in the words of an error.
    const report = c.req.path.startsWith(`${CLASSROOM_API}/`) ? reports.reportBare : reports.report
    if (isStoreAway(store, error)) {
      // The sequencer has reported its own already.
      if (!(error instanceof StoreUnavailable)) report(error)
      return answerRefusal(c, refusal('unavailable'))
    }
    return answerRefusal(c, refusal('internal'), { id: report(error) })
  }
}

/** Whether the request did not come to its end. */
function isCutOff({ env, req }: AppContext): boolean {
  return req.raw.signal.aborted || (env.incoming?.complete === false && env.incoming.destroyed)
}

/** A database speaks in codes. Node's own bugs have some too, which all begin with `ERR_`. */
function isStoreAway(store: Pick<Store, 'classify'>, error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'ERR_'
  return !code.startsWith('ERR_') && store.classify(error) !== 'statement'
}
