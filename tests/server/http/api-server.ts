import { type IncomingHttpHeaders, request as sendRequest } from 'node:http'
import type { Accounts, AccountsOptions } from '../../../server/accounts/accounts.ts'
import { checkSetting } from '../../../server/accounts/check-setting.ts'
import { isOwnOrigin } from '../../../server/accounts/own-origin.ts'
import { createCampusKind } from '../../../server/campus/kind.ts'
import { createCodeGuesses } from '../../../server/classroom/code-guesses.ts'
import { findClassroom, findStaff } from '../../../server/classroom/find-classroom.ts'
import { createClassroomKind } from '../../../server/classroom/kind.ts'
import { createClassroomLimits } from '../../../server/classroom/limits.ts'
import { leaveClassrooms } from '../../../server/classroom/leave-classrooms.ts'
import { createPhotos } from '../../../server/classroom/photos/photos.ts'
import { classroomChannel, toDeleted } from '../../../server/classroom/types.ts'
import { campusRules } from '../../../server/commands/rules.ts'
import { erase, submitCommands } from '../../../server/commands/submit.ts'
import { drawQuestionPhoto } from '../../../server/files/draw-question-photo.ts'
import { createFiles } from '../../../server/files/files.ts'
import type { FileHome } from '../../../server/files/home.ts'
import type { UploadLocks } from '../../../server/files/locks.ts'
import { createMemoryLocks } from '../../../server/files/memory-locks.ts'
import type { FileLimits } from '../../../server/files/parts.ts'
import { createAdmitting } from '../../../server/http/admitting.ts'
import { createApp } from '../../../server/http/app.ts'
import { toBytes } from '../../../server/http/bare-answer.ts'
import type { ClientFiles } from '../../../server/http/client-files.ts'
import { listen } from '../../../server/http/listen.ts'
import { createHttpServer } from '../../../server/http/server.ts'
import { NO_LIMITS } from '../../../server/limits/no-limits.ts'
import { createCampusDoor } from '../../../server/live/campus-door.ts'
import { createClassroomDoors } from '../../../server/live/classroom-doors.ts'
import type { Hub } from '../../../server/live/hub.ts'
import { createOpenSessions } from '../../../server/live/open-sessions.ts'
import { createSuspensions } from '../../../server/live/suspensions.ts'
import { attachSockets } from '../../../server/live/sockets.ts'
import type { KindTypes } from '../../../server/log/kind.ts'
import { createReadiness } from '../../../server/ops/readiness.ts'
import { createErasures } from '../../../server/own-data/erase.ts'
import type { AppParts } from '../../../server/http/app-parts.ts'
import type { Store } from '../../../server/store/store.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import { systemClock } from '../../../shared/clock.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import type { SettingValues } from '../../../shared/operate/settings.ts'
import type { Campus } from '../../support/campus.ts'
import { createClassroomSequencer } from '../../support/classroom.ts'
import { openClassroomsLive, startCampusLive } from '../../support/live.ts'
import { createSettings } from '../../../server/settings/settings.ts'
import { createMemoryHome } from '../../support/memory-home.ts'
import { openAccounts, PASSWORD } from '../accounts/open-accounts.ts'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  content: Buffer
  /** The JSON in it, if it is JSON. */
  body: unknown
}

export interface Call {
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is. */
  raw?: string | Buffer
  cookie?: string | undefined
  headers?: Record<string, string>
  signal?: AbortSignal
}

export type HttpCall = (method: string, path: string, options?: Call) => Promise<Answer>

export interface ApiServer {
  port: number
  campus: Campus
  accounts: Accounts
  /** What the app is made of. */
  parts: AppParts
  /** Where its files lie. */
  home: FileHome
  /** How many long polls wait. */
  waits(): number
  errors: unknown[]
  call: HttpCall
  /** Registers somebody over HTTP. */
  join(handle: string): Promise<{ userId: string; sessionId: string; cookie: string }>
  close(): Promise<void>
}

export interface ApiServerOptions extends Pick<
  Partial<AccountsOptions>,
  'limits' | 'findHead' | 'ssoProvider' | 'clock'
> {
  publicUrl?: URL
  /** Another one than the next that is free. */
  port?: number
  clientFiles?: ClientFiles
  /** What an operator chose. */
  chosen?: Partial<SettingValues>
  /** What somebody may do how often; without it, whatever they like. */
  namedLimits?: AppParts['limits']
  /** The time of a classroom's limits. */
  limitsNow?: () => number
  /** Where files lie, who is at them, and how much of them there may be. */
  files?: { home?: FileHome; locks?: UploadLocks; limits?: Partial<FileLimits>; now?: () => number }
}

/** The newest version of both contracts. */
const SPEAKS = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), [CLASSROOM_HEADER]: String(CLASSROOM_VERSION) }

/** The app and its sockets, with their real parts, on a port of its own. */
export async function createApiServer(store: Store, options: ApiServerOptions = {}): Promise<ApiServer> {
  const { publicUrl, port = 0, clientFiles = new Map(), limitsNow = Date.now, files = {}, chosen, ...rest } = options
  const { namedLimits: limits = NO_LIMITS, ...accountsOptions } = rest
  const errors: unknown[] = []
  const settings = createSettings({
    store,
    clock: systemClock,
    ...(chosen && { defaults: chosen }),
    check: (...asked) => checkSetting(store, options.ssoProvider !== undefined, ...asked),
    onError: (error) => errors.push(error),
  })
  const { accounts, campus } = openAccounts(store, { clock: systemClock, settings, named: limits, ...accountsOptions })
  const home = files.home ?? createMemoryHome()
  const report = (error: unknown) => `error-${errors.push(error)}`
  const live = { store, bus: campus.bus, clock: systemClock, onError: report }
  const classroomsLive = openClassroomsLive(live)
  const { hubs, devices } = classroomsLive
  const classroomSequencer = createClassroomSequencer(store, {
    heldWords: () => settings.get('words'),
    publish: (committed) => campus.bus.publish(classroomChannel, committed),
    onError: report,
  })
  const { findSession, listAlive, recordCursor } = accounts
  const sessions = createOpenSessions({ bus: campus.bus, clock: systemClock, listAlive, onError: report })
  const onlooker = createSuspensions({ sessions, reconsider: accounts.reconsider, onError: report })
  const campusLive = await startCampusLive({ ...live, onlooker })
  let waits = 0
  const countWaits = <Types extends KindTypes>(hub: Hub<Types>): Hub<Types>['waitForNews'] => {
    return async (...poll) => {
      waits += 1
      await hub.waitForNews(...poll)
      waits -= 1
    }
  }
  const appFiles = createFiles({
    ...{ store, home, locks: files.locks ?? createMemoryLocks() },
    limits: { fileBytesMax: 1e8, accountBytesMax: 2e9, bytesMax: undefined, ...files.limits },
    takeBytes: (userId, bytes) => limits.take(userId, 'uploadBytes', bytes),
    ...{ now: files.now ?? Date.now, onError: report },
  })
  const announceDeleted = (log: string) => campus.bus.publish(classroomChannel, toDeleted(log))
  const erasures = createErasures({
    ...{ store, clock: systemClock, endSessions: accounts.eraseSessions, onError: report },
    submit: (userId, commands) => erase(campus.sequencer, userId, commands),
    leaveClassrooms: (userId, withAnswers) =>
      leaveClassrooms(
        { store, sequencer: classroomSequencer, announceDeleted, releaseFiles: appFiles.release },
        userId,
        withAnswers,
      ),
  })
  const admitting = createAdmitting({ store, limits, accounts, settings })
  const parts: AppParts = {
    store,
    accounts,
    admitting,
    erasures,
    sessions,
    settings,
    campus: {
      store,
      kind: createCampusKind(store, campusRules),
      sequencer: campus.sequencer,
      hub: {
        waitForNews: countWaits(campusLive.hub),
        get position() {
          return campusLive.hub.position
        },
      },
    },
    classrooms: {
      kind: createClassroomKind(store),
      sequencer: classroomSequencer,
      hubs: { open: (log) => ({ waitForNews: countWaits(hubs.open(log)) }) },
      devices,
      announceDeleted,
      limits: createClassroomLimits(limitsNow),
      guesses: createCodeGuesses(limitsNow),
      photos: createPhotos({
        ...{ store, now: files.now ?? Date.now, countRoom: appFiles.countRoom, draw: drawQuestionPhoto },
      }),
    },
    limits,
    files: appFiles,
    clientFiles,
    config: { publicUrl },
    about: { version: '0', startedAt: 0, environment: [] },
    ...{ observer: undefined, answerMetrics: undefined },
    readiness: createReadiness({ store, bus: campus.bus, now: Date.now }),
    now: Date.now,
    report,
    reportBare: report,
  }
  const app = createApp(parts)
  const server = createHttpServer(app)
  const doors = { sessions, clock: systemClock, findSession, onError: report }
  const closeSockets = attachSockets(server, {
    clock: systemClock,
    isOwnOrigin: (headers) => isOwnOrigin(headers, { publicUrl }),
    notFound: toBytes('not_found'),
    onError: report,
    doors: [
      createCampusDoor({
        ...{ ...doors, hub: campusLive.hub, signals: campusLive.signals, onAcknowledged: recordCursor },
        isErased: accounts.isErased,
        submit: (session, commands, from, line) =>
          submitCommands(campus.sequencer, session.userId, commands, from, admitting(session, line)),
      }),
      ...createClassroomDoors({
        ...{ ...doors, hubs, devices },
        exists: async (classroomId) => (await findClassroom(store.db, classroomId)) !== undefined,
        isStaff: async (classroomId, userId) => (await findStaff(store.db, classroomId, userId)) !== undefined,
      }),
    ],
  })
  const listening = await listen(server, { port, host: '127.0.0.1' }, closeSockets)

  const call = createCall(listening.port)

  return {
    port: listening.port,
    campus,
    accounts,
    parts,
    home,
    waits: () => waits,
    errors,
    call,
    async join(handle) {
      const answer = await call('POST', '/api/register', { body: { handle, name: handle, password: PASSWORD } })
      const [cookie = ''] = answer.headers['set-cookie']?.[0]?.split(';') ?? []
      const session = await accounts.findSession(cookie)
      if (session === undefined) throw new Error(`not registered: ${answer.content.toString()}`)
      return { ...session, cookie }
    },
    async close() {
      await listening.close()
      campusLive.close()
      classroomsLive.close()
      sessions.close()
      await erasures.close()
      settings.close()
      await classroomSequencer.close()
      await accounts.close()
    },
  }
}

/** Calls a server on this machine, over a connection of its own each time. */
export function createCall(port: number): HttpCall {
  return (method, path, { body, raw, cookie, headers, signal } = {}) =>
    new Promise((resolve, reject) => {
      const content = body === undefined ? raw : JSON.stringify(body)
      const request = sendRequest({
        ...{ host: '127.0.0.1', port, method, path, agent: false },
        headers: { ...SPEAKS, 'content-type': 'application/json', ...(cookie !== undefined && { cookie }), ...headers },
        ...(signal && { signal }),
      })
      request.on('error', reject)
      request.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const whole = Buffer.concat(chunks)
          const isJson =
            response.headers['content-type'] === 'application/json' && !response.headers['content-encoding']
          const parsed: unknown = isJson && whole.length > 0 ? JSON.parse(whole.toString()) : undefined
          resolve({ status: response.statusCode ?? 0, headers: response.headers, content: whole, body: parsed })
        })
      })
      request.end(content)
    })
}

/** The code in an error's body. */
export function codeOf(answer: Answer): unknown {
  const { body } = answer
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
