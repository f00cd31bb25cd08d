import type { Accounts } from '../accounts/accounts.ts'
import type { CampusCommand } from '../commands/command.ts'
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
  clientFiles: ClientFiles
  config: { publicUrl: URL | undefined }
  report: ReportError
}
