import { createHash } from 'node:crypto'
import { refusal, ERRORS, type ErrorCode } from '../../../../shared/protocol/errors.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../../shared/protocol/version.ts'
import type { Fetch } from '../../../../client/sync/request.ts'

/*
 * The server's side of uploads, reduced to what the contract says of it. A test looks at what it was asked, and says what
 * it answers instead.
 */

/** What is asked: `create`, `look`, `piece`, `finish`, `cancel`. */
export interface Asked {
  what: string
  /** What the file is called; of what was never created its id. */
  name: string
  id: string
  from: number
  bytes: Uint8Array
}

/** What is answered instead; nothing is done then. A function may still let it be done. */
type Instead = (asked: Asked, go: () => Promise<Response>) => Response | Promise<Response>

interface Kept {
  name: string
  length: number
  sha256: string
  as: string
  bytes: Uint8Array
  isWhole: boolean
}

export function createUploadServer() {
  const files = new Map<string, Kept>()
  const asked: string[] = []
  const instead: { what: string; name: string | undefined; answer: Instead; times: number }[] = []

  const fetch: Fetch = (path, init) =>
    new Promise((resolve, reject) => {
      // As a browser does it: whoever called off what they asked hears so at once.
      init.signal?.addEventListener('abort', () => reject(new DOMException('called off', 'AbortError')))
      hear(path, init).then(resolve, reject)
    })

  async function hear(path: string, init: RequestInit): Promise<Response> {
    const call = await toAsked(path, init)
    asked.push(
      [call.what, call.name, ...(call.what === 'piece' ? [`${call.from}+${call.bytes.length}`] : [])].join(' '),
    )
    const go = () => answer(call, new Headers(init.headers))
    const index = instead.findIndex(
      ({ what, name }) => what === call.what && (name === undefined || name === call.name),
    )
    const found = instead[index]
    if (found === undefined) return go()
    found.times -= 1
    if (found.times === 0) instead.splice(index, 1)
    return found.answer(call, go)
  }

  async function toAsked(path: string, { method = 'GET', headers, body }: RequestInit): Promise<Asked> {
    const said = new Headers(headers)
    const [, id = ''] = /^\/api\/uploads\/([^/]+)/.exec(path) ?? [null, toFacts(said).id]
    const name = files.get(id)?.name ?? toFacts(said).name ?? id
    const bytes = body instanceof Blob ? new Uint8Array(await body.arrayBuffer()) : new Uint8Array()
    const what = {
      HEAD: 'look',
      PATCH: 'piece',
      DELETE: 'cancel',
      POST: path.endsWith('/finish') ? 'finish' : 'create',
    }
    const from = Number(said.get('upload-offset') ?? 0)
    return { what: what[method as keyof typeof what], name, id, from, bytes }
  }

  async function answer({ what, id, from, bytes }: Asked, headers: Headers): Promise<Response> {
    if (what === 'create') return create(id, headers)
    const file = files.get(id)
    if (file === undefined) return refuse('not_found')
    switch (what) {
      case 'look':
        return toOffset(file, 200)
      case 'piece':
        if (from !== file.bytes.length) return bare(409)
        take(file, bytes)
        return toOffset(file, 204)
      case 'finish':
        return finish(id, file)
      default:
        files.delete(id)
        return bare(204)
    }
  }

  function create(id: string, headers: Headers): Response {
    const { name = '', sha256 = '', as = '' } = toFacts(headers)
    const length = Number(headers.get('upload-length'))
    const before = files.get(id)
    if (before !== undefined && (before.sha256 !== sha256 || before.as !== as)) return refuse('id_taken')
    const file = before ?? { name, length, sha256, as, bytes: new Uint8Array(), isWhole: false }
    files.set(id, file)
    return toOffset(file, 201)
  }

  function finish(id: string, file: Kept): Response {
    if (file.bytes.length < file.length) return refuse('file_missing')
    if (createHash('sha256').update(file.bytes).digest('hex') !== file.sha256) {
      files.delete(id)
      return refuse('file_damaged')
    }
    file.isWhole = true
    const stored = { id, kind: 'document', name: file.name, type: 'text/plain', bytes: file.length }
    return toResponse(200, JSON.stringify({ file: stored }), { 'content-type': 'application/json' })
  }

  return {
    fetch,
    files,
    asked,
    /** What was asked since the last time. */
    takeAsked: () => asked.splice(0),
    /** Answers something else the next time, or the next few times, that this is asked. */
    instead(what: string, answer: Instead, { name, times = 1 }: { name?: string; times?: number } = {}) {
      instead.push({ what, name, answer, times })
    },
    /** Takes so many bytes of the next piece, and then the connection breaks. */
    cutAfter(count: number) {
      instead.push({
        ...{ what: 'piece', name: undefined, times: 1 },
        answer({ id, from, bytes }) {
          const file = files.get(id)
          if (file !== undefined && file.bytes.length === from) take(file, bytes.subarray(0, count))
          throw new TypeError('the network was lost')
        },
      })
    },
    /** What it holds under a name, as text. */
    textOf: (name: string) => [...files.values()].flatMap((file) => (file.name === name ? [toText(file.bytes)] : [])),
  }
}

export type UploadServer = ReturnType<typeof createUploadServer>

function take(file: Kept, bytes: Uint8Array): void {
  file.bytes = Buffer.concat([file.bytes, bytes])
}

function toText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function toFacts(headers: Headers): Record<string, string> {
  const pairs = (headers.get('upload-metadata') ?? '').split(',').map((pair) => pair.split(' '))
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key, Buffer.from(value, 'base64').toString('utf8')]))
}

/** An answer of our server's. */
export function toResponse(status: number, body: string | null = null, headers: Record<string, string> = {}): Response {
  return new Response(body, { status, headers: { ...headers, [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) } })
}

/** One without a word of ours in it, as tus has them. */
export function bare(status: number): Response {
  return toResponse(status, status === 204 ? null : 'no\n')
}

export function refuse(code: ErrorCode): Response {
  const body = JSON.stringify({ error: refusal(code) })
  return toResponse(ERRORS[code].status, body, { 'content-type': 'application/json' })
}

function toOffset(file: Kept, status: number): Response {
  return toResponse(status, null, {
    'upload-offset': String(file.bytes.length),
    'upload-length': String(file.length),
  })
}
