import 'fake-indexeddb/auto'
import { Dexie, liveQuery } from 'dexie'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  findAccount,
  forgetDeleted,
  finishRemovals,
  openAccountDatabase,
  registerAccount,
  restoreAccount,
  signIn,
  signOut,
  takeDeleted,
  watchAccount,
} from '../../../client/sync/account.ts'
import type { Account } from '../../../client/sync/account.ts'
import type { Api } from '../../../client/sync/api.ts'
import type { Answer } from '../../../client/sync/campus-http.ts'
import { ClientDatabase, databaseName } from '../../../client/sync/database.ts'
import type { Me } from '../../../shared/protocol/http.ts'
import { ann, ben, exampleId, message, user } from '../data/example.ts'
import { portal, refuse, unreachable } from './script.ts'

const password = 'a long password'
let device: Dexie
/** What was asked of the server, in order. */
let asked: string[]

beforeEach(async () => {
  await findAccount()
  device = new Dexie('chatbox-device')
  await device.open()
  await device.table('state').clear()
  asked = []
})
afterEach(async () => {
  device.close()
  for (const id of [ann, ben]) await Dexie.delete(databaseName(id))
})

const who = (id: string, name: string): Me => {
  const { type: _, seq: __, ...row } = user(id, name)
  return { user: row, sessionId: exampleId(9) }
}
const ok = <Value>(value: Value): Answer<Value> => ({ kind: 'ok', value })

/** A server that answers as told, and is not there for what it was not told. */
function server(answers: { [Call in 'me' | 'register' | 'signIn']?: Answer<Me> } & { signOut?: Answer<null> }): Api {
  const say = <Value>(call: string, answer: Answer<Value> = unreachable) => {
    asked.push(call)
    return Promise.resolve(answer)
  }
  const notAsked = () => Promise.reject(new Error('not asked for here'))
  return {
    me: () => say('me', answers.me),
    register: ({ handle }) => say(`register ${handle}`, answers.register),
    signIn: ({ handle }) => say(`sign in ${handle}`, answers.signIn),
    signOut: () => say('sign out', answers.signOut),
    ...{ listSessions: notAsked, endSession: notAsked, changePassword: notAsked, deleteAccount: notAsked },
    ...{
      pull: notAsked,
      history: notAsked,
      send: notAsked,
      countSeen: notAsked,
      picture: notAsked,
      searchPeople: notAsked,
      findPeople: notAsked,
    },
  }
}

async function enter(id = ann, name = 'Ann'): Promise<Account> {
  const answer = await signIn(server({ signIn: ok(who(id, name)), signOut: ok(null) }), { handle: name, password })
  if (answer.kind !== 'ok') throw new Error(answer.kind)
  asked = []
  return answer.value
}

describe('signing in', () => {
  test('makes the account this device’s, and who watches hears of it', async () => {
    const heard: (string | undefined)[] = []
    let wake: () => void = () => undefined
    const subscription = watchAccount().subscribe((account) => {
      heard.push(account?.userId)
      wake()
    })
    await enter()
    while (!heard.includes(ann)) await new Promise<void>((resolve) => (wake = resolve))
    subscription.unsubscribe()
    expect(await findAccount()).toEqual({
      ...{ key: 'current', userId: ann, handle: 'ann', name: 'Ann', sessionId: exampleId(9) },
    })
  })

  const failures = [refuse('wrong_credentials'), unreachable, portal]
  test.each(failures)('that fails changes nothing: $kind', async (answer) => {
    const account = await enter()
    expect(await signIn(server({ signIn: answer }), { handle: 'ben', password })).toEqual(answer)
    expect(await findAccount()).toEqual(account)
  })

  test('where the browser may keep no cookie says so, and stores nothing', async () => {
    const api = server({ signIn: ok(who(ben, 'Ben')), me: refuse('not_signed_in') })
    const answer = await signIn(api, { handle: 'ben', password })
    expect(answer).toMatchObject({
      kind: 'refused',
      error: { message: expect.stringContaining('keep cookies') as string },
    })
    expect(await findAccount()).toBeNull()
  })

  test('again after the session expired finds everything where it was', async () => {
    const account = await enter()
    const db = new ClientDatabase(account.userId)
    await db.messages.put(message(1))
    await enter()
    expect(await db.messages.count()).toBe(1)
    db.close()
  })

  test('as somebody else opens a database of their own, and leaves the first one’s alone', async () => {
    const first = new ClientDatabase((await enter()).userId)
    await first.messages.put(message(1))
    const second = new ClientDatabase((await enter(ben, 'Ben')).userId)
    expect(second.name).not.toBe(first.name)
    expect(await second.messages.count()).toBe(0)
    expect(await first.messages.count()).toBe(1)
    first.close()
    second.close()
  })
})

describe('registering', () => {
  const body = { handle: 'ann', name: 'Ann', password }

  test('signs in', async () => {
    const answer = await registerAccount(server({ register: ok(who(ann, 'Ann')) }), body)
    expect(answer).toMatchObject({ kind: 'ok', value: { userId: ann } })
    expect((await findAccount())?.userId).toBe(ann)
  })

  test('again, when the first answer was lost, signs in', async () => {
    const api = server({ register: refuse('handle_taken'), signIn: ok(who(ann, 'Ann')) })
    expect(await registerAccount(api, body)).toMatchObject({ kind: 'ok' })
    expect(asked).toEqual(['register ann', 'sign in ann', 'me'])
  })

  test('a handle that is somebody else’s is refused as taken', async () => {
    const api = server({ register: refuse('handle_taken'), signIn: refuse('wrong_credentials') })
    expect(await registerAccount(api, body)).toEqual(refuse('handle_taken'))
    expect(await findAccount()).toBeNull()
  })
})

describe('signing out', () => {
  test('ends the session and removes what the account has here, and only that', async () => {
    const other = new ClientDatabase((await enter(ben, 'Ben')).userId)
    await other.messages.put(message(1))
    const account = await enter()
    const db = new ClientDatabase(account.userId)
    await db.messages.put(message(1))
    db.close()
    await signOut(server({ signOut: ok(null) }), account)
    expect(asked).toEqual(['sign out'])
    expect(await findAccount()).toBeNull()
    expect(await Dexie.exists(databaseName(ann))).toBe(false)
    expect(await other.messages.count()).toBe(1)
    other.close()
  })

  test('works with no network, and the server is told before anybody signs in', async () => {
    await signOut(server({}), await enter())
    expect(await findAccount()).toBeNull()
    asked = []
    const api = server({ signOut: ok(null), signIn: ok(who(ben, 'Ben')) })
    expect(await signIn(api, { handle: 'ben', password })).toMatchObject({ kind: 'ok' })
    expect(asked).toEqual(['sign out', 'sign in ben', 'me'])
    asked = []
    await signIn(api, { handle: 'ben', password })
    expect(asked).toEqual(['sign in ben', 'me'])
  })

  const unpublished = [unreachable, portal, refuse('protocol_version'), refuse('too_many_tries')]
  test.each(unpublished)('nobody signs in while it cannot be told, and hears why: $kind', async (answer) => {
    await signOut(server({}), await enter())
    asked = []
    const api = server({ signOut: answer, signIn: ok(who(ben, 'Ben')), register: ok(who(ben, 'Ben')) })
    expect(await signIn(api, { handle: 'ben', password })).toEqual(answer)
    expect(await registerAccount(api, { handle: 'ben', name: 'Ben', password })).toEqual(answer)
    expect(asked).toEqual(['sign out', 'sign out'])
    expect(await findAccount()).toBeNull()
  })

  test('of a session that the server ended before is done', async () => {
    await signOut(server({ signOut: refuse('not_signed_in') }), await enter())
    asked = []
    await signIn(server({ signIn: ok(who(ann, 'Ann')) }), { handle: 'ann', password })
    expect(asked).toEqual(['sign in ann', 'me'])
  })

  test('the server is told also while a frozen tab keeps the database from going', async () => {
    const account = await enter()
    const frozen = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(databaseName(account.userId))
      opening.onsuccess = () => resolve(opening.result)
    })
    let told: () => void = () => undefined
    const whenTold = new Promise<void>((resolve) => (told = resolve))
    const api: Api = {
      ...server({}),
      signOut() {
        told()
        return Promise.resolve(ok(null))
      },
    }
    const done = signOut(api, account)
    await whenTold
    frozen.close()
    await done
    expect(await Dexie.exists(databaseName(ann))).toBe(false)
  })

  test('a tab that has the database open does not make it anew', async () => {
    const account = await enter()
    const left = new ClientDatabase(account.userId)
    await left.messages.put(message(1))
    await signOut(server({ signOut: ok(null) }), account)
    await expect(left.meta.put({ key: 'connection', state: { kind: 'signed-out' } })).rejects.toThrow()
    expect(await Dexie.exists(databaseName(ann))).toBe(false)
  })

  test('a tab that opens the database only then finds it closed, and leaves none behind', async () => {
    const account = await enter()
    await signOut(server({ signOut: ok(null) }), account)
    const late = openAccountDatabase(account.userId)
    await expect(late.messages.put(message(1))).rejects.toMatchObject({ name: 'DatabaseClosedError' })
    await vi.waitFor(async () => expect(await Dexie.exists(databaseName(ann))).toBe(false))
  })

  test('and in again opens a new database', async () => {
    await signOut(server({ signOut: ok(null) }), await enter())
    const db = openAccountDatabase((await enter()).userId)
    await db.messages.put(message(1))
    await finishRemovals()
    expect(await db.messages.count()).toBe(1)
    db.close()
  })

  test('what could not be removed before the app was closed is removed at the next start', async () => {
    await signOut(server({ signOut: ok(null) }), await enter())
    const remains = new ClientDatabase(ann)
    await remains.messages.put(message(1))
    remains.close()
    await finishRemovals()
    expect(await Dexie.exists(databaseName(ann))).toBe(false)
    expect(await device.table('state').count()).toBe(0)
  })

  test('at no moment is an account signed in whose signing out is noted', async () => {
    const account = await enter()
    const seen: string[] = []
    let wake: () => void = () => undefined
    const subscription = liveQuery(() => device.table<unknown, string>('state').toCollection().primaryKeys()).subscribe(
      (keys) => {
        seen.push(keys.join())
        wake()
      },
    )
    while (seen.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    await signOut(server({}), account)
    while (seen.at(-1)?.includes('sign-out') !== true) await new Promise<void>((resolve) => (wake = resolve))
    subscription.unsubscribe()
    expect(seen.filter((keys) => keys.includes('current') && keys.includes('sign-out'))).toEqual([])
  })
})

describe('starting', () => {
  test('on a device whose storage was cleared takes up the session that the browser still has', async () => {
    await restoreAccount(server({ me: ok(who(ann, 'Ann')) }))
    expect((await findAccount())?.userId).toBe(ann)
  })

  test('asks nobody when the device knows its account', async () => {
    await enter()
    await restoreAccount(server({}))
    expect(asked).toEqual([])
  })

  test.each([refuse('not_signed_in'), unreachable, portal])('stays signed out when $kind', async (answer) => {
    await restoreAccount(server({ me: answer }))
    expect(await findAccount()).toBeNull()
  })

  test('after a sign-out with no network tells the server, and takes up nothing before that', async () => {
    await signOut(server({}), await enter())
    asked = []
    await restoreAccount(server({ me: ok(who(ann, 'Ann')) }))
    expect(asked).toEqual(['sign out'])
    expect(await findAccount()).toBeNull()
    await restoreAccount(server({ signOut: ok(null), me: refuse('not_signed_in') }))
    expect(asked).toEqual(['sign out', 'sign out', 'me'])
  })
})

describe('an account that was deleted', () => {
  test('leaves nothing on the device, and whoever comes next is told once', async () => {
    const account = await enter()
    const db = openAccountDatabase(account.userId)
    await db.messages.put(message(1))
    const classroom = new Dexie(`${databaseName(ann)}-classroom-x`)
    classroom.version(1).stores({ rows: 'id' })
    await classroom.open()
    await forgetDeleted(account)
    expect(await findAccount()).toBeNull()
    const names = await Dexie.getDatabaseNames()
    expect(names.filter((name) => name.startsWith(databaseName(ann)))).toEqual([])
    // No sign-out is left to be sent: there is no session.
    expect((await device.table('state').toArray()).map(({ key }: { key: string }) => key).sort()).toEqual([
      'deleted',
      `remove-${ann}`,
    ])
    expect([await takeDeleted(), await takeDeleted()]).toEqual([true, false])
    db.close()
  })
})
