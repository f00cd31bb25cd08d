import { readFileSync } from 'node:fs'
import { createAsk } from '../../doctor/ask.ts'
import { examine, type Opened } from '../../doctor/doctor.ts'
import { openStore } from '../../open-store.ts'
import { toStartSentence } from '../../start-error.ts'
import { type BareContext, defineCommand, done } from '../command.ts'
import { refuseMissing } from '../find-database.ts'

const MARKS = { ok: 'ok     ', warn: 'WARNING', fail: 'FAILED ', skipped: '-      ' } as const

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Looks at settings, database, Redis, disks, clock, proxy, HTTPS, mail and backups, and says what to do.',
  on: 'nothing',
  async run(context) {
    const opened = open(context)
    try {
      const { config, environment, now } = context
      const ca = config.https?.authority.caFile
      const ask = createAsk(ca === undefined ? undefined : readFileSync(ca, 'utf8'))
      const findings = await examine({ config, environment, now, ask }, opened)
      const failed = findings.filter(({ status }) => status === 'fail').length
      const lines = findings.flatMap(({ name, status, sentence, advice }) => [
        `${MARKS[status]} ${name}: ${sentence}`,
        ...(advice === null ? [] : [`        ${advice}`]),
      ])
      return done({ ok: failed === 0, looks: findings }, lines, failed > 0)
    } finally {
      if ('store' in opened) await opened.store.close()
    }
  },
})

/** The database, or why there is none to look at. */
function open({ config }: Pick<BareContext, 'config'>): Opened {
  const missing = refuseMissing(config)
  if (missing !== undefined) return { reason: missing.message }
  try {
    return { store: openStore(config) }
  } catch (error) {
    return { reason: toStartSentence(error, config) }
  }
}
