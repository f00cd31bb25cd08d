import type { Accounts } from '../accounts/accounts.ts'
import type { ClassroomLogs } from '../classroom/classroom-logs.ts'
import type { CodeGuesses } from '../classroom/code-guesses.ts'
import type { ClassroomLimits } from '../classroom/limits.ts'
import type { CampusCommand } from '../commands/command.ts'
import type { ClassroomHub } from '../live/classroom-hub.ts'
import type { Hub } from '../live/hub.ts'
import type { Sequencer } from '../log/sequencer.ts'
import type { ReportError } from '../ops/report-error.ts'
import type { Store } from '../store/store.ts'
import type { ClientFiles } from './client-files.ts'

/** What the routes are made of. */
export interface AppParts {
  store: Store
  accounts: Accounts
  sequencer: Sequencer<CampusCommand>
  hub: Pick<Hub, 'waitForNews' | 'isEpoch'>
  classrooms: {
    logs: ClassroomLogs
    hub: Pick<ClassroomHub, 'waitForNews' | 'countDevices'>
    limits: ClassroomLimits
    guesses: CodeGuesses
  }
  clientFiles: ClientFiles
  config: { publicUrl: URL | undefined }
  now: () => number
  report: ReportError
}
