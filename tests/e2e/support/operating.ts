import { createCampusKind } from '../../../server/campus/kind.ts'
import { campusRules } from '../../../server/commands/rules.ts'
import { setRole } from '../../../server/commands/submit.ts'
import { createSequencer } from '../../../server/log/sequencer.ts'
import { openSqlite } from '../../../server/store/sqlite.ts'
import type { Role } from '../../../shared/protocol/fields.ts'

/** Gives somebody a role, as a command of whoever sits at the server does, while it runs. */
export async function giveRole(dataDir: string, userId: string, role: Role): Promise<void> {
  const store = openSqlite(dataDir)
  const sequencer = createSequencer({
    store,
    kind: createCampusKind(store, campusRules),
    publish: () => undefined,
    now: Date.now,
    onError: (error) => {
      throw error
    },
  })
  const refused = await setRole(sequencer, userId, role)
  await sequencer.close()
  await store.close()
  if (refused !== undefined) throw new Error(refused.message)
}
