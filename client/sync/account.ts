import { Dexie, type Observable, type Table } from 'dexie'
import { liveQuery } from './storage/live-query.ts'
import type { ErrorBody } from '../../shared/protocol/errors.ts'
import type { Me } from '../../shared/protocol/http.ts'
import type { Api, Registration } from './api.ts'
import type { Answer } from './campus-http.ts'
import { ClientDatabase, databaseName } from './database.ts'
import { deleteDatabase, listDatabases } from './storage/delete-database.ts'
import { toStorageFailure } from './storage/storage-failure.ts'
import { StoredDatabase } from './storage/stored-database.ts'

/** Who uses this device now. Kept when the session expires, so that what is here stays readable. */
export interface Account {
  key: 'current'
  userId: string
  handle: string
  name: string
  sessionId: string
}

/** Somebody signed out with no network: the server has to hear of it before anybody signs in. */
interface PendingSignOut {
  key: 'sign-out'
}

/**
 * Somebody signed out: what they have here goes, also if a tab keeps it from going now, or opens it at
 * this moment. Stays until the next start has seen to it, or until they are back.
 */
interface Removal {
  key: `remove-${string}`
  userId: string
}

/** The account that was here was deleted, and nobody was told yet. */
interface Deleted {
  key: 'deleted'
}

/** What belongs to the device and not to one account. */
class DeviceDatabase extends StoredDatabase {
  declare state: Table<Account | PendingSignOut | Removal | Deleted, string>

  constructor() {
    super('chatbox-device', ['state'])
    this.version(1).stores({ state: 'key' })
  }
}

const device = new DeviceDatabase()
/** As this tab last read it. */
let lastKnown: Account | null = null

export function watchAccount(): Observable<Account | null> {
  return liveQuery(findAccount)
}

export async function findAccount(): Promise<Account | null> {
  const found = await device.state.get('current')
  if (found?.key === 'current') lastKnown = found
  // Signing out leaves its notes: where there are none, it is the browser that took all of it away.
  else if (!device.wasTakenAway || (await device.state.count()) > 0) lastKnown = null
  return lastKnown
}

/** Stores who uses this device once more, after the browser took it away. */
export async function putAccountBack(): Promise<void> {
  const account = await findAccount()
  if (account !== null) await device.state.put(account)
}

/** Opens what an account has on this device; not any more once it is signed out, in whichever tab. */
export function openAccountDatabase(userId: string): ClientDatabase {
  const db = new ClientDatabase(userId)
  // Asked when it is open: whoever signs out from now on has it closed. Before, it might be made anew.
  const check = async () => {
    if ((await device.state.get(removalKey(userId))) === undefined) return
    db.close()
    await Dexie.delete(db.name)
  }
  db.on('ready', () => Dexie.ignoreTransaction(check), true)
  return db
}

/** Sees to what signing out could not remove before the app was closed. */
export async function finishRemovals(): Promise<void> {
  const states = await device.state.toArray()
  const removals = states.filter((state): state is Removal => state.key.startsWith('remove-'))
  await Promise.all(
    removals.map(async ({ key, userId }) => {
      await deleteDatabase(databaseName(userId))
      await device.state.delete(key)
    }),
  )
}

/** Takes up a session that the browser still has although the device's storage was cleared. */
export async function restoreAccount(api: Api): Promise<void> {
  if ((await findAccount()) !== null || (await finishSignOut(api)).kind !== 'ok') return
  const answer = await api.me()
  if (answer.kind === 'ok') await keep(answer.value)
}

export async function registerAccount(api: Api, body: Registration): Promise<Answer<Account>> {
  return enter(api, async () => {
    const answer = await api.register(body)
    if (answer.kind !== 'refused' || answer.error.code !== 'handle_taken') return answer
    // Perhaps by ourselves, when the answer to an earlier try was lost: then this password is the right one.
    const { handle, password } = body
    const entered = await api.signIn({ handle, password })
    return entered.kind === 'ok' ? entered : answer
  })
}

export async function signIn(api: Api, body: { handle: string; password: string }): Promise<Answer<Account>> {
  return enter(api, () => api.signIn(body))
}

/** Signs in by something else than a password that is known here; `ask` asks the server. */
export async function enterWith(api: Api, ask: () => Promise<Answer<Me>>): Promise<Answer<Account>> {
  return enter(api, ask)
}

/** To be called before the browser goes to a single sign-on: `ok` once nothing is left here that would end the session it comes back with. */
export function leaveForSso(api: Api): Promise<Answer<null>> {
  return finishSignOut(api)
}

/** Takes up the session with which the browser came back from there, whoever used this device before. */
export async function takeUpSession(api: Api): Promise<void> {
  const answer = await api.me()
  if (answer.kind === 'ok') await keep(answer.value)
}

/** Ends the session and removes what this account has on the device; with no network, the session ends as soon as there is one. */
export async function signOut(api: Api, account: Account): Promise<void> {
  lastKnown = null
  const isNoted = await noteSignOut(account)
  // Beside each other: a frozen tab that has the database open must not keep the session alive.
  await Promise.all([removeDatabases(account.userId), isNoted ? finishSignOut(api) : api.signOut()])
}

/**
 * The account was deleted, on this device or another one: nothing that it had here is kept, not even what waited to be sent. Whoever
 * opens the app next reads why.
 */
export async function forgetDeleted(account: Account): Promise<void> {
  lastKnown = null
  await device.transaction('rw', device.state, async () => {
    await device.state.put({ key: removalKey(account.userId), userId: account.userId })
    await device.state.put({ key: 'deleted' })
    await device.state.delete('current')
  })
  await removeDatabases(account.userId)
}

/** Whether the account that was here last was deleted; once it is read, it is told no more. */
export async function takeDeleted(): Promise<boolean> {
  const found = (await device.state.get('deleted')) !== undefined
  if (found) await device.state.delete('deleted')
  return found
}

/** Returns false where there is no room for it: then this device knows of nobody any more, and the server has to hear of it now. */
async function noteSignOut({ userId }: Account): Promise<boolean> {
  // In memory it would be undone with the next start.
  if (device.storage.state.kind === 'failing') await Dexie.delete(device.name)
  try {
    await device.transaction('rw', device.state, async () => {
      await device.state.put({ key: 'sign-out' })
      await device.state.put({ key: removalKey(userId), userId })
      await device.state.delete('current')
    })
    return true
  } catch (error) {
    if (toStorageFailure(error) === undefined) throw error
    await Dexie.delete(device.name)
    return false
  }
}

/** What an account has of classrooms goes too; what somebody did without one stays, for it is nobody's. */
async function removeDatabases(userId: string): Promise<void> {
  const name = databaseName(userId)
  const others = (await listDatabases()).filter((other) => other.startsWith(`${name}-`))
  await Promise.all([name, ...others].map((one) => deleteDatabase(one)))
}

async function enter(api: Api, ask: () => Promise<Answer<Me>>): Promise<Answer<Account>> {
  const signedOut = await finishSignOut(api)
  if (signedOut.kind !== 'ok') return signedOut
  const answer = await ask()
  if (answer.kind !== 'ok') return answer
  const kept = await api.me()
  if (kept.kind === 'refused' && kept.error.code === 'not_signed_in') return { ...kept, error: NO_COOKIE }
  return { kind: 'ok', value: await keep(answer.value) }
}

/** `ok` once no sign-out is left to be sent; one of a session that had ended already is. */
async function finishSignOut(api: Api): Promise<Answer<null>> {
  if ((await device.state.get('sign-out')) === undefined) return { kind: 'ok', value: null }
  const answer = await api.signOut()
  if (answer.kind !== 'ok' && !(answer.kind === 'refused' && answer.error.code === 'not_signed_in')) return answer
  await device.state.delete('sign-out')
  return { kind: 'ok', value: null }
}

async function keep({ user, sessionId }: Me): Promise<Account> {
  const account: Account = { key: 'current', userId: user.id, handle: user.handle, name: user.name, sessionId }
  await device.transaction('rw', device.state, async () => {
    await device.state.delete(removalKey(user.id))
    await device.state.put(account)
  })
  return account
}

/** The session lies in a cookie, which a browser may be forbidden to keep. */
const NO_COOKIE: ErrorBody['error'] = {
  code: 'not_signed_in',
  message: 'Your browser did not keep that you signed in. Allow this site to keep cookies and data, then try again.',
}

function removalKey(userId: string): Removal['key'] {
  return `remove-${userId}`
}

/** Whether what a database holds may be stored: of an account, only while it is the one that uses this device. */
export async function mayStore(name: string): Promise<boolean> {
  const [, userId] = /^chatbox-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/.exec(name) ?? []
  return userId === undefined || (await findAccount())?.userId === userId
}
