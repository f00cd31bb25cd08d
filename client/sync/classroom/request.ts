import * as v from 'valibot'
import { classroomErrorBody, refuse, type ClassroomErrorBody } from '../../../shared/classroom/errors.ts'
import { CLASSROOM_HEADER } from '../../../shared/classroom/http.ts'
import { CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import { ACCOUNT_HEADER } from '../../../shared/protocol/http.ts'
import type { Fetch } from '../api.ts'

/**
 * What became of a request: `refused` is our server's own word, `portal` somebody else's in its place,
 * and `unreachable` is everything in between.
 */
export type RoomAnswer<Value> =
  | { kind: 'ok'; value: Value }
  | { kind: 'refused'; error: ClassroomErrorBody['error'] }
  | { kind: 'unreachable' }
  | { kind: 'portal' }

export interface RoomRequest {
  method: 'GET' | 'POST'
  path: string
  body?: unknown
  /** With an account's id the cookie goes along; without one, nothing does that says who asks. */
  account?: string
  timeoutMs?: number
}

const TIMEOUT_MS = 20_000

/** Sends one request of a classroom, and tells our server's answer from those of the network between us. */
export async function request<Value>(
  fetch: Fetch,
  { method, path, body, account, timeoutMs = TIMEOUT_MS }: RoomRequest,
  schema: v.GenericSchema<unknown, Value>,
): Promise<RoomAnswer<Value>> {
  const headers = new Headers()
  if (body !== undefined) headers.set('content-type', 'application/json')
  if (account !== undefined) headers.set(ACCOUNT_HEADER, account)
  try {
    const response = await fetch(path, {
      ...{ method, headers, cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) },
      credentials: account === undefined ? 'omit' : 'same-origin',
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const version = response.headers.get(CLASSROOM_HEADER)
    if (version === null) return strangerAnswered(response)
    if (version !== String(CLASSROOM_VERSION)) return { kind: 'refused', error: refuse('protocol_version') }
    const content: unknown = await response.json()
    if (response.ok) {
      const parsed = v.safeParse(schema, content)
      return parsed.success ? { kind: 'ok', value: parsed.output } : { kind: 'unreachable' }
    }
    const parsed = v.safeParse(classroomErrorBody, content)
    return parsed.success ? { kind: 'refused', error: parsed.output.error } : { kind: 'unreachable' }
  } catch {
    return { kind: 'unreachable' }
  }
}

/** A page in our server's place is a Wi-Fi that wants a sign-in (511, RFC 6585); any other bare 5xx is a proxy whose server is down. */
function strangerAnswered(response: Response): RoomAnswer<never> {
  return response.status >= 500 && response.status !== 511 ? { kind: 'unreachable' } : { kind: 'portal' }
}
