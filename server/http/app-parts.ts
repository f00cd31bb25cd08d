import type { Accounts } from '../accounts/accounts.ts'
import type { CampusKind } from '../campus/kind.ts'
import type { Campus } from '../campus/types.ts'
import type { CodeGuesses } from '../classroom/code-guesses.ts'
import type { ClassroomLimits } from '../classroom/limits.ts'
import type { Photos } from '../classroom/photos/photos.ts'
import type { Classroom } from '../classroom/types.ts'
import type { Files } from '../files/files.ts'
import type { Limits } from '../limits/limits.ts'
import type { ClassroomDevices } from '../live/classroom-devices.ts'
import type { Hub } from '../live/hub.ts'
import type { OpenSessions } from '../live/open-sessions.ts'
import type { LogKind } from '../log/kind.ts'
import type { Sequencer } from '../log/sequencer.ts'
import type { AnswerMetrics } from '../metrics/answer.ts'
import type { AnswerObserver } from '../metrics/observe-answers.ts'
import type { Readiness } from '../ops/readiness.ts'
import type { Erasures } from '../own-data/erase.ts'
import type { ReportError } from '../ops/report-error.ts'
import type { Settings } from '../settings/settings.ts'
import type { Store } from '../store/store.ts'
import type { Admitting } from './admitting.ts'
import type { ClientFiles } from './client-files.ts'

/** What the routes are made of. */
export interface AppParts {
  store: Store
  accounts: Accounts
  admitting: Admitting
  erasures: Pick<Erasures, 'erase'>
  sessions: Pick<OpenSessions, 'enter'>
  campus: {
    /** The same store, of which times may be taken: those of classrooms would tell when somebody was there. */
    store: Store
    kind: CampusKind
    sequencer: Sequencer<Campus>
    hub: Pick<Hub<Campus>, 'waitForNews' | 'position'>
  }
  classrooms: {
    kind: LogKind<Classroom>
    sequencer: Sequencer<Classroom>
    hubs: { open(log: string): Pick<Hub<Classroom>, 'waitForNews'> }
    devices: Pick<ClassroomDevices, 'comeToPoll' | 'count'>
    /** Tells all processes that a log is there no more. */
    announceDeleted: (log: string) => void
    limits: ClassroomLimits
    guesses: CodeGuesses
    photos: Omit<Photos, 'close'>
  }
  limits: Limits
  files: Omit<Files, 'close'>
  clientFiles: ClientFiles
  config: { publicUrl: URL | undefined }
  settings: Pick<Settings, 'get' | 'list' | 'change'>
  /** What an operator reads of this server: no secret is in it. */
  about: {
    version: string
    startedAt: number
    environment: readonly { name: string; value: string }[]
  }
  readiness: Pick<Readiness, 'check'>
  /** Told what is answered; undefined where nothing is counted. */
  observer: AnswerObserver | undefined
  /** Undefined where the metrics are not served here. */
  answerMetrics: AnswerMetrics | undefined
  now: () => number
  report: ReportError
  /** For what fails around students. */
  reportBare: ReportError
}
