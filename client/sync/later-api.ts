import type { Api } from './api.ts'
import type { Fetch } from './request.ts'

const UNREACHABLE = { kind: 'unreachable' } as const

/**
 * The same as `createApi`, loaded with the first request: nothing on the first screen waits for one, and the schemas
 * that answers are read with are the larger part of it. What cannot be loaded cannot be reached either.
 */
export function createLaterApi(fetch: Fetch, account?: string): Api {
  let loading: Promise<Api> | undefined
  const load = () =>
    (loading ??= import('./api.ts').then(({ createApi }) => createApi(fetch, account))).catch(() => {
      loading = undefined
      return null
    })
  const ask = async <Given>(call: (api: Api) => Promise<Given>): Promise<Given | typeof UNREACHABLE> => {
    const api = await load()
    return api === null ? UNREACHABLE : call(api)
  }
  return {
    me: () => ask((api) => api.me()),
    register: (body) => ask((api) => api.register(body)),
    signIn: (body) => ask((api) => api.signIn(body)),
    signOut: () => ask((api) => api.signOut()),
    listSessions: () => ask((api) => api.listSessions()),
    endSession: (id) => ask((api) => api.endSession(id)),
    changePassword: (body) => ask((api) => api.changePassword(body)),
    deleteAccount: (body) => ask((api) => api.deleteAccount(body)),
    history: (query) => ask((api) => api.history(query)),
    countSeen: (query) => ask((api) => api.countSeen(query)),
    searchPeople: (words, after) => ask((api) => api.searchPeople(words, after)),
    findPeople: (ids) => ask((api) => api.findPeople(ids)),
    picture: (id) => ask((api) => api.picture(id)),
    pull: (from, wait) => ask((api) => api.pull(from, wait)),
    send: (position, commands) => ask((api) => api.send(position, commands)),
  }
}
