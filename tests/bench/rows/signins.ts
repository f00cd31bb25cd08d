import { createPasswordHasher } from '../../../server/accounts/password-hasher.ts'
import { createHttpClient, type HttpClient } from '../http.ts'
import { ratioAtMost, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'

const SIGN_INS = 100
const SENDS = 250
const EVERY_MS = 20
const PASSWORD = 'correct horse battery staple'

export const row: Row = {
  measures: `How long others wait for a send while ${SIGN_INS} people sign in at once, on SQLite.`,
  sides: { 'during sign-ins': { what: `ChatBox while ${SIGN_INS} sign in` }, idle: { what: 'itself idle' } },
  figures: [
    {
      ...{ what: 'a send of others, p50', unit: 'ms', quantity: 'p50 ms' },
      ...{ ours: 'during sign-ins', rival: 'idle', reach: ratioAtMost(1.5) },
    },
    {
      ...{ what: 'a send of others, p99', unit: 'ms', quantity: 'p99 ms' },
      ...{ ours: 'during sign-ins', rival: 'idle', reach: ratioAtMost(1.5) },
    },
  ],
  async begin(lab) {
    let handles: string[] = []
    const { load, server, stop } = await startChatbox({
      ...{ lab, people: SIGN_INS, sessions: 2, hasSlowPasswords: true },
      async more(_, __, store) {
        const users = await store.db.selectFrom('user').select(['id', 'handle']).execute()
        handles = users.map(({ handle }) => handle)
        const hash = await createPasswordHasher().hash(PASSWORD)
        const rows = users.map(({ id }) => ({ user_id: id, password_hash: hash }))
        await store.db.insertInto('credential').values(rows).execute()
      },
    })
    await load.connect({ atOnce: 2 })
    const client = createHttpClient(server.port, '')
    const measure = async () => {
      const { p50, p99 } = await load.sendAlone({ sends: SENDS, everyMs: EVERY_MS })
      return { 'p50 ms': p50, 'p99 ms': p99 }
    }
    return {
      sides: {
        async 'during sign-ins'() {
          let signedIn = 0
          const all = Promise.all(
            handles.map(async (handle) => {
              await signIn(client, handle)
              signedIn += 1
            }),
          )
          const measured = await measure()
          const share = signedIn / handles.length
          await all
          return { ...measured, 'signed in meanwhile': share }
        },
        idle: measure,
      },
      async end() {
        client.close()
        await stop()
      },
    }
  },
}

const AGAIN_MS = 500

/** Tries again where too many wait already, or the server had no turn for it in a minute. */
async function signIn(client: HttpClient, handle: string): Promise<void> {
  const body = { handle, password: PASSWORD }
  for (;;) {
    const answer = await client.ask('/api/sign-in', { method: 'POST', body }).catch(() => undefined)
    if (answer?.status === 200) return
    if (answer?.status === 429) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    else if (answer !== undefined && answer.status < 500)
      throw new Error(`a sign-in was answered with ${answer.status}`)
  }
}
