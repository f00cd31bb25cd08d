/** The pages under /q, and what each one's address tells. */
export type StudentRoute =
  /** `code` is what the address brings along to be looked up. */
  | { page: 'door'; code: string }
  /** `keyHash` is what the link says of the issuer's key, `questionId` whose thread is open. */
  | { page: 'classroom'; id: string; keyHash: string | null; questionId: string | null }
  | { page: 'screen'; id: string; keyHash: string | null }

const ID = /^[a-z2-7]{12}$/
const KEY_HASH = /^[A-Za-z0-9_-]{43}$/
const QUESTION_ID = /^[0-9a-f-]{36}$/

/** Whatever is no classroom's address is the door, with the rest of the address as a code. */
export function toStudentRoute(address: string): StudentRoute {
  const { pathname, hash } = new URL(address, 'http://localhost')
  const [, first = '', second, ...rest] = pathname.split('/').filter((part) => part !== '')
  const id = first.toLowerCase()
  if (!ID.test(id) || rest.length > 0) return { page: 'door', code: rest.length > 0 ? '' : first }
  const behind = new URLSearchParams(hash.slice(1))
  const keyHash = find(behind, 'k', KEY_HASH)
  if (second === 'screen') return { page: 'screen', id, keyHash }
  return { page: 'classroom', id, keyHash, questionId: find(behind, 'q', QUESTION_ID) }
}

/** What is behind the # stays on the device: no server learns whose thread somebody opens. */
export function toStudentPath(id: string, keyHash: string | null, questionId: string | null = null): string {
  const behind = new URLSearchParams()
  if (keyHash !== null) behind.set('k', keyHash)
  if (questionId !== null) behind.set('q', questionId)
  return behind.size === 0 ? `/q/${id}` : `/q/${id}#${behind.toString()}`
}

function find(params: URLSearchParams, name: string, pattern: RegExp): string | null {
  const value = params.get(name)
  return value !== null && pattern.test(value) ? value : null
}
