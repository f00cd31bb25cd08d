import { sql } from 'kysely'
import type { Store } from '../../../store/store.ts'
import { fail, type Look, ok, skipped, type Verdict, warn } from '../look.ts'

const OFF_MS = 5_000
const WRONG_MS = 60_000
const ADVICE = 'Let both machines follow a time server, with chrony or systemd-timesyncd.'

/** Whether the clock of this machine is that of the database's, and that of whatever answers at PUBLIC_URL. */
export const clockLook: Look = {
  name: 'clock',
  async look({ config: { publicUrl }, store, now, ask }) {
    const compared = [
      { whose: 'the database', read: () => readDatabase(store) },
      { whose: publicUrl?.host ?? '', read: () => (publicUrl === undefined ? undefined : readSite(publicUrl)) },
    ]
    const verdicts: Verdict[] = []
    for (const { whose, read } of compared) {
      const begun = now()
      const theirs = await read()
      // They read theirs somewhere between.
      if (theirs !== undefined) verdicts.push(judge(whose, theirs - (begun + now()) / 2))
    }
    return verdicts.length > 0 ? verdicts : [skipped('There is no other clock to compare that of this machine with.')]

    async function readSite(url: URL): Promise<number | undefined> {
      try {
        const at = Date.parse((await ask(url)).headers.date ?? '')
        // It is cut to a second.
        return Number.isNaN(at) ? undefined : at + 500
      } catch {
        // That it does not answer is said elsewhere.
        return undefined
      }
    }
  },
}

async function readDatabase(store: Store | undefined): Promise<number | undefined> {
  // SQLite has the clock of this machine.
  if (store?.kind !== 'mysql') return undefined
  const { rows } = await sql<{ at: number }>`select unix_timestamp(now(3)) * 1000 as at`.execute(store.db)
  return rows[0]?.at
}

function judge(whose: string, offMs: number): Verdict {
  const seconds = Math.round(Math.abs(offMs) / 1_000)
  const sentence = `The clock of this machine is ${seconds} s ${offMs > 0 ? 'behind' : 'before'} that of ${whose}.`
  if (Math.abs(offMs) > WRONG_MS) return fail(sentence, ADVICE)
  if (Math.abs(offMs) > OFF_MS) return warn(sentence, ADVICE)
  return ok(`The clock of this machine is that of ${whose}, within some seconds.`)
}
