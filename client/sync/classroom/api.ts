import * as v from 'valibot'
import type { StaffCommand, Token } from '../../../shared/classroom/commands.ts'
import { classroomErrorBody, refuse, type ClassroomErrorBody } from '../../../shared/classroom/errors.ts'
import {
  CLASSROOM_API,
  classroomPullPage,
  classroomsAnswer,
  createClassroomAnswer,
  findAnswer,
  staffCommandsAnswer,
  storedAnswer,
  studentCommandAnswer,
  tokensAnswer,
  type ClassroomsAnswer,
  type CreateClassroomBody,
  type StaffCommandResult,
  type StoredAnswer,
  type StudentCommandBody,
} from '../../../shared/classroom/http.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION, CLASSROOM_VERSION_MIN } from '../../../shared/classroom/version.ts'
import type { ClassroomLogRow } from '../../../shared/classroom/rows.ts'
import { ACCOUNT_HEADER } from '../../../shared/protocol/http.ts'
import type { Answer, LogApi, PulledPage } from '../log/kind.ts'
import type { DevicePosition } from '../log/position.ts'
import { toPulledPage } from '../log/pulled-page.ts'
import type { FileVariant } from '../../../shared/protocol/files.ts'
import { readSlice } from '../files/read-slice.ts'
import { mapValue, readJson, request, type Fetch, type HttpContract, type Request } from '../request.ts'
import { fromPhotoFileId } from './photo-file-id.ts'

export type ClassroomAnswer<Value> = Answer<Value, ClassroomErrorBody['error']>

/** One classroom's log, as students or as staff read it. */
export interface ClassroomLogApi extends LogApi<ClassroomLogRow> {
  socketPath: string
  pull(from: DevicePosition, wait: boolean): Promise<ClassroomAnswer<PulledPage<ClassroomLogRow> & { devices: number }>>
}

/** A photo on its way, in the words of tus 1.0.0; `received` is how many bytes of it the server has. */
export interface PhotosApi {
  announcePhoto(photo: AnnouncedPhoto): Promise<ClassroomAnswer<{ received: number }>>
  findReceived(id: string): Promise<ClassroomAnswer<{ received: number }>>
  sendPiece(id: string, offset: number, piece: Blob): Promise<ClassroomAnswer<{ received: number }>>
  /** Has the server draw what is all there. */
  finishPhoto(id: string): Promise<ClassroomAnswer<null>>
}

export interface AnnouncedPhoto {
  id: string
  bytes: number
  token: Token | null
  work?: string | undefined
}

export interface StudentApi extends ClassroomLogApi, PhotosApi, ContentsApi {
  send(body: StudentCommandBody): Promise<ClassroomAnswer<{ seq: number }>>
  stored(): Promise<ClassroomAnswer<StoredAnswer>>
  /** Tells moderators of a question that everybody sees. */
  report(body: { questionId: string; reason: string; work?: string | undefined }): Promise<ClassroomAnswer<null>>
}

/** Where the photos of questions and the files of answers come from; see `photo-file-id.ts`. */
export interface ContentsApi {
  /** Bytes `from` to before `to` of a content, or all of it to its end when there is less. */
  fetchPiece(
    fileId: string,
    variant: FileVariant,
    from: number,
    to: number,
  ): Promise<ClassroomAnswer<{ blob: Blob; total: number }>>
}

export interface DeskApi extends ClassroomLogApi, ContentsApi {
  send(position: DevicePosition, commands: readonly StaffCommand[]): Promise<ClassroomAnswer<StaffCommandResult[]>>
}

export interface ClassroomsApi {
  list(): Promise<ClassroomAnswer<ClassroomsAnswer>>
  create(body: CreateClassroomBody): Promise<ClassroomAnswer<{ id: string; code: string; issuer: string | null }>>
  /** Deletes it, for everybody. */
  remove(id: string): Promise<ClassroomAnswer<null>>
  tokens(id: string, blinded: readonly string[]): Promise<ClassroomAnswer<string[]>>
}

/** A held request answers within 25 s when nothing happened. */
const WAIT_TIMEOUT_MS = 40_000
/** Signing takes the server a while. */
const TOKENS_TIMEOUT_MS = 60_000
const DESK_API = '/api/classrooms'

const CONTRACT: HttpContract<ClassroomErrorBody['error']> = {
  ...{ header: CLASSROOM_HEADER, version: CLASSROOM_VERSION, versionMin: CLASSROOM_VERSION_MIN },
  ...{ errorBody: classroomErrorBody, outdated: refuse('protocol_version') },
}

/** With an account's id the cookie goes along; without one, nothing does that says who asks. */
function toWho(account: string | undefined): Pick<Request, 'headers' | 'credentials'> {
  if (account === undefined) return { credentials: 'omit' }
  return { credentials: 'same-origin', headers: { [ACCOUNT_HEADER]: account } }
}

function ask<Value>(
  fetch: Fetch,
  account: string | undefined,
  asked: Omit<Request, 'headers' | 'credentials'>,
  schema: v.GenericSchema<unknown, Value>,
): Promise<ClassroomAnswer<Value>> {
  return request(fetch, CONTRACT, { ...asked, ...toWho(account) }, readJson(schema))
}

async function readPage(
  response: Response,
): Promise<ClassroomAnswer<PulledPage<ClassroomLogRow> & { devices: number }>> {
  const isOlder = Number(response.headers.get(CLASSROOM_HEADER)) < CLASSROOM_VERSION
  const answer = await readJson(classroomPullPage)(response)
  return mapValue(answer, (page) => ({ ...toPulledPage(page, isOlder), devices: page.devices }))
}

/** Without cookie, account or anything else that says who asks. */
export function createStudentApi(fetch: Fetch, id: string, isScreen = false): StudentApi {
  const base = `${CLASSROOM_API}/${id}`
  return {
    ...createLogApi(fetch, base),
    ...(isScreen && { socketPath: `${base}/screen/socket` }),
    ...createPhotosApi(fetch, `${base}/uploads`),
    ...createContentsApi(fetch, base),
    send: (body) => ask(fetch, undefined, { method: 'POST', path: `${base}/commands`, body }, studentCommandAnswer),
    stored: () => ask(fetch, undefined, { method: 'GET', path: `${base}/stored` }, storedAnswer),
    report: (body) => ask(fetch, undefined, { method: 'POST', path: `${base}/reports`, body }, v.null()),
  }
}

export function createDeskApi(fetch: Fetch, account: string, id: string): DeskApi {
  const base = `${DESK_API}/${id}`
  return {
    ...createLogApi(fetch, base, account),
    ...createContentsApi(fetch, base, account),
    async send({ lineage, cursor }, commands) {
      const asked: Request = { method: 'POST', path: `${base}/commands`, body: { lineage, cursor, commands } }
      return mapValue(await ask(fetch, account, asked, staffCommandsAnswer), ({ results }) => results)
    },
  }
}

export function createClassroomsApi(fetch: Fetch, account: string): ClassroomsApi {
  return {
    list: () => ask(fetch, account, { method: 'GET', path: DESK_API }, classroomsAnswer),
    create: (body) => ask(fetch, account, { method: 'POST', path: DESK_API, body }, createClassroomAnswer),
    remove: (id) => ask(fetch, account, { method: 'DELETE', path: `${DESK_API}/${id}` }, v.null()),
    async tokens(id, blinded) {
      const asked: Request = { method: 'POST', path: `${DESK_API}/${id}/tokens`, body: { blinded } }
      const answer = await ask(fetch, account, { ...asked, timeoutMs: TOKENS_TIMEOUT_MS }, tokensAnswer)
      return mapValue(answer, ({ signatures }) => signatures)
    },
  }
}

/** Which classroom a code stands for. */
export function findByCode(fetch: Fetch, code: string) {
  return ask(fetch, undefined, { method: 'POST', path: `${CLASSROOM_API}/find`, body: { code } }, findAnswer)
}

function createLogApi(fetch: Fetch, base: string, account?: string): ClassroomLogApi {
  return {
    socketPath: `${base}/socket`,
    async pull({ lineage, cursor }, wait) {
      // A server of the version before wants an epoch, and takes an empty one.
      const query = new URLSearchParams({ lineage, epoch: '', cursor: String(cursor), ...(wait && { wait: '1' }) })
      const asked: Request = { method: 'GET', path: `${base}/pull?${query.toString()}` }
      const timeout = wait ? { timeoutMs: WAIT_TIMEOUT_MS } : {}
      return request(fetch, CONTRACT, { ...asked, ...timeout, ...toWho(account) }, readPage)
    },
  }
}

const TUS = { 'tus-resumable': '1.0.0' }
const PIECE_TIMEOUT_MS = 40_000
/** The server draws one photo after another. */
const FINISH_TIMEOUT_MS = 90_000

function createPhotosApi(fetch: Fetch, base: string): PhotosApi {
  const send = <Value>(
    asked: Omit<Request, 'credentials'>,
    read: (response: Response) => Promise<ClassroomAnswer<Value>>,
  ) => request(fetch, CONTRACT, { ...asked, ...toWho(undefined) }, read)
  return {
    announcePhoto(photo) {
      const headers = { ...TUS, 'upload-length': String(photo.bytes), 'upload-metadata': toMetadata(photo) }
      return send({ method: 'POST', path: base, headers }, readReceived)
    },
    findReceived: (id) => send({ method: 'GET', path: `${base}/${id}`, headers: TUS }, readReceived),
    sendPiece(id, offset, content) {
      const headers = {
        ...{ ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
      }
      return send(
        { method: 'PATCH', path: `${base}/${id}`, headers, content, timeoutMs: PIECE_TIMEOUT_MS },
        readReceived,
      )
    },
    finishPhoto: (id) =>
      send(
        { method: 'POST', path: `${base}/${id}/finish`, body: {}, timeoutMs: FINISH_TIMEOUT_MS },
        readJson(v.null()),
      ),
  }
}

function toMetadata({ id, token, work }: AnnouncedPhoto): string {
  const values = { id, ...(token !== null && { token: JSON.stringify(token) }), ...(work !== undefined && { work }) }
  return Object.entries(values)
    .map(([key, value]) => `${key} ${btoa(value)}`)
    .join()
}

async function readReceived(response: Response): Promise<ClassroomAnswer<{ received: number }>> {
  const received = Number(response.headers.get('upload-offset') ?? NaN)
  return Number.isSafeInteger(received) ? { kind: 'ok', value: { received } } : { kind: 'unreachable' }
}

function createContentsApi(fetch: Fetch, base: string, account?: string): ContentsApi {
  return {
    fetchPiece(fileId, variant, from, to) {
      const { headers, ...who } = toWho(account)
      const asked: Request = {
        ...{ ...who, method: 'GET', path: `${base}/${toContentPath(fileId)}/${variant}`, timeoutMs: PIECE_TIMEOUT_MS },
        headers: { ...headers, range: `bytes=${from}-${to - 1}` },
      }
      return request(fetch, CONTRACT, asked, (response) => readSlice(response, from))
    },
  }
}

function toContentPath(fileId: string): string {
  const questionId = fromPhotoFileId(fileId)
  return questionId === undefined ? `files/${fileId}` : `questions/${questionId}/photo`
}

/** Where a content is played from while it comes: by students, or with the account of one who staffs the classroom. */
export function toContentAddress({ id, userId }: { id: string; userId: string | null }, fileId: string): string {
  return `${userId === null ? CLASSROOM_API : DESK_API}/${id}/${toContentPath(fileId)}/whole`
}
