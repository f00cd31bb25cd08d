import * as v from 'valibot'
import type { Answer, LogError } from './log/kind.ts'

export type Fetch = (path: string, init: RequestInit) => Promise<Response>

/** What one of the server's contracts says of every answer. */
export interface HttpContract<Error extends LogError> {
  /** Every answer of the server's carries it, with the version that it speaks; a request says with it what we speak. */
  header: string
  version: number
  versionMin: number
  errorBody: v.GenericSchema<unknown, { error: Error }>
  /** What an answer in a version that we do not speak comes to. */
  outdated: Error
}

export interface Request {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is, in place of a body in JSON. */
  content?: Blob
  headers?: Readonly<Record<string, string>>
  credentials?: RequestCredentials
  timeoutMs?: number
}

const TIMEOUT_MS = 20_000

/** Sends one request, and tells our server's answer from those of the network between us; `read` takes what is in a success. */
export async function request<Value, Error extends LogError>(
  fetch: Fetch,
  { header, version, versionMin, errorBody, outdated }: HttpContract<Error>,
  { method, path, body, content, headers, credentials, timeoutMs = TIMEOUT_MS }: Request,
  read: (response: Response) => Promise<Answer<Value, Error>>,
): Promise<Answer<Value, Error>> {
  try {
    const response = await fetch(path, {
      ...{ method, cache: 'no-store', signal: AbortSignal.timeout(timeoutMs) },
      // A captive portal redirects; following would ask a stranger's server in our name.
      redirect: 'manual',
      ...(credentials !== undefined && { credentials }),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...{ ...headers, [header]: String(version) },
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(content !== undefined && { body: content }),
    })
    const spoken = response.headers.get(header)
    if (spoken === null) return { kind: isPortal(response) ? 'portal' : 'unreachable' }
    if (!(Number(spoken) >= versionMin && Number(spoken) <= version)) return { kind: 'refused', error: outdated }
    if (response.ok) return await read(response)
    const parsed = v.safeParse(errorBody, await response.json())
    return parsed.success ? { kind: 'refused', error: parsed.output.error } : { kind: 'unreachable' }
  } catch {
    return { kind: 'unreachable' }
  }
}

/** Reads a JSON body; one of another shape is as good as no answer. */
export function readJson<Value>(schema: v.GenericSchema<unknown, Value>) {
  return async (response: Response): Promise<Answer<Value, never>> => {
    const parsed = v.safeParse(schema, response.status === 204 ? null : await response.json())
    return parsed.success ? { kind: 'ok', value: parsed.output } : { kind: 'unreachable' }
  }
}

/**
 * A page or a redirect in our server's place is a Wi-Fi that wants a sign-in, which may even say so (511, RFC 6585).
 * Any other bare answer is of a proxy: its server is down, or it did not let us through.
 */
function isPortal({ type, status, ok }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400) || ok || status === 511
}

export function mapValue<From, To, Error extends LogError>(
  answer: Answer<From, Error>,
  to: (value: From) => To,
): Answer<To, Error> {
  return answer.kind === 'ok' ? { kind: 'ok', value: to(answer.value) } : answer
}
