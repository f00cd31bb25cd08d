import type { LogTables } from '../log/log-tables.ts'
import type { Store } from '../store/store.ts'

/** SQLite keeps all of classrooms in a file of its own, so that nothing with an exact time lies between what was asked. */
const IN_THEIR_FILE: LogTables = { log: 'classroom_log', lineage: 'classroom_lineage', command: 'classroom_command' }
/** MySQL lays each table out by its own key, and a process of the version before looks for the heads of classrooms here. */
const WITH_THE_CAMPUS: LogTables = { log: 'log', lineage: 'ended_lineage', command: 'classroom_command' }

/** Where the logs of classrooms have their heads, their lineages and the commands of staff. */
export function classroomTables({ kind }: Pick<Store, 'kind'>): LogTables {
  return kind === 'sqlite' ? IN_THEIR_FILE : WITH_THE_CAMPUS
}
