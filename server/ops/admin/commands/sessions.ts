import { createSessions } from '../../../accounts/sessions.ts'
import { writeAudited } from '../../../audit/audit.ts'
import { endAllSessions } from '../../../operate/end-sessions.ts'
import { withCampus } from '../campus.ts'
import { defineCommand, done, refused } from '../command.ts'
import { findPerson, toTimeWords } from '../find-person.ts'

const HANDLE = { handle: 'Whose they are.' }
const ACTOR = { id: null, via: 'command-line' } as const

export const sessionsList = defineCommand({
  name: 'sessions list',
  summary: 'Lists where somebody is signed in.',
  words: HANDLE,
  on: 'database',
  async run({ store }, { handle }) {
    const who = await findPerson(store, handle)
    if ('code' in who) return who
    const sessions = await store.db
      .selectFrom('session')
      .select(['id', 'device', 'created_at as createdAt', 'last_seen_at as lastSeenAt'])
      .where('user_id', '=', who.id)
      .orderBy('last_seen_at', 'desc')
      .execute()
    const lines = sessions.map(
      ({ id, device, createdAt, lastSeenAt }) =>
        `${id}  ${device}, since ${toTimeWords(createdAt)}, last here ${toTimeWords(lastSeenAt)}`,
    )
    return done({ sessions }, [...lines, `${sessions.length} sessions`])
  },
})

export const sessionsEnd = defineCommand({
  name: 'sessions end',
  summary: 'Signs somebody out everywhere, or of one device.',
  words: HANDLE,
  options: { session: { value: 'ID', summary: 'Ends this session alone.' } },
  on: 'database',
  async run(context, { handle, session }) {
    const { store, now } = context
    const who = await findPerson(store, handle)
    if ('code' in who) return who
    const ended =
      session === undefined ? await endAllSessions(store, ACTOR, who.id, now()) : await endOne(session, who.id)
    if (session !== undefined && ended.length === 0) return refused('not_found', `@${who.handle} has no such session.`)
    await withCampus(context, async ({ bus }) => createSessions(store, bus, now, async () => 0).announceEnded(ended))
    return done({ ended }, [`${ended.length} sessions of @${who.handle} have ended.`])

    async function endOne(id: string, userId: string): Promise<string[]> {
      return writeAudited(store, now(), async (db) => {
        const deleted = await db
          .deleteFrom('session')
          .where('id', '=', id)
          .where('user_id', '=', userId)
          .executeTakeFirst()
        const subject = { kind: 'person', id: userId } as const
        const entry = { actor: ACTOR, act: 'person.end-sessions', subject, detail: { sessions: 1 } } as const
        return deleted.numDeletedRows === 0n ? { answer: [], entries: [] } : { answer: [id], entries: [entry] }
      })
    }
  },
})
