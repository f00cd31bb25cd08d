import { openSqlite } from '../../../server/store/sqlite.ts'
import { createCampus, send } from '../../support/campus.ts'

const PER_TURN = 4
const TURNS_AT_ONCE = 250

/**
 * Has the people named here talk in turns in a conversation, through the sequencer, while no server runs
 * on the folder. The text of message n begins with "Message n."
 */
export async function talkIn(
  conversationId: string,
  dataDir: string,
  handles: readonly string[],
  count: number,
): Promise<void> {
  const store = openSqlite(dataDir)
  try {
    const campus = createCampus({ store })
    const users = await store.db.selectFrom('user').select('id').where('handle', 'in', handles).execute()
    let turns: Promise<number>[] = []
    for (let n = 0; n < count; n += PER_TURN) {
      const author = users[(n / PER_TURN) % users.length]
      if (author === undefined) throw new Error('nobody is there to talk')
      const said = Array.from({ length: Math.min(PER_TURN, count - n) }, (_, index) =>
        send(conversationId, toText(n + index + 1)),
      )
      turns.push(campus.accept(author.id, ...said))
      if (turns.length < TURNS_AT_ONCE) continue
      await Promise.all(turns)
      turns = []
    }
    await Promise.all(turns)
    await campus.sequencer.close()
  } finally {
    await store.close()
  }
}

/** Short and long ones, as people write. */
function toText(n: number): string {
  return `Message ${n}. ${'And so on, and on. '.repeat((n * 7) % 11)}`.trim()
}

/** Registers "Person n1" up to such a number, or from another one on, at once, while no server runs on the folder. */
export async function enrolMany(dataDir: string, last: number, first = 1): Promise<void> {
  const store = openSqlite(dataDir)
  try {
    const campus = createCampus({ store })
    for (let n = first; n <= last; n += TURNS_AT_ONCE) {
      const some = Array.from({ length: Math.min(TURNS_AT_ONCE, last - n + 1) }, (_, index) => n + index)
      await Promise.all(some.map((number) => campus.register(`Person n${number}`)))
    }
    await campus.sequencer.close()
  } finally {
    await store.close()
  }
}
