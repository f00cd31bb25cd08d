import { STATUS_CODES } from 'node:http'
import { CLASSROOM_HEADER, CLASSROOM_VERSION_MIN } from '../../shared/classroom/version.ts'
import { ERRORS, type ErrorCode } from '../../shared/protocol/errors.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION_MIN } from '../../shared/protocol/version.ts'

/** Where it is not known which contract is spoken, in which version: the oldest of both. */
const OURS = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION_MIN), [CLASSROOM_HEADER]: String(CLASSROOM_VERSION_MIN) }

/** What is answered before there is a request that a route could answer; as every answer of ours it says that it is ours. */
export function toResponse(code: ErrorCode): Response {
  const { status, sentence: message } = ERRORS[code]
  return Response.json({ error: { code, message } }, { status, headers: { ...OURS, 'cache-control': 'no-store' } })
}

/** The same in the bytes of HTTP/1.1, for a connection that ends with it. */
export function toBytes(code: ErrorCode, status: number = ERRORS[code].status): string {
  const body = JSON.stringify({ error: { code, message: ERRORS[code].sentence } })
  const headers = {
    ...OURS,
    connection: 'close',
    'cache-control': 'no-store',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`
}
