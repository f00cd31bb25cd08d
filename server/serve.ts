import { Redis } from 'ioredis'
import { resolve } from 'node:path'
import { setImmediate as nextTurn, setTimeout as passTime } from 'node:timers/promises'
import type { Logger } from 'pino'
import { classroomLog } from '../shared/classroom/fields.ts'
import { systemClock } from '../shared/clock.ts'
import { CAMPUS_LOG } from '../shared/protocol/fields.ts'
import { createAccounts } from './accounts/accounts.ts'
import { pruneCeremonies } from './accounts/ceremonies.ts'
import { checkSetting } from './accounts/check-setting.ts'
import { isOwnOrigin } from './accounts/own-origin.ts'
import { createMailer } from './accounts/mailer.ts'
import { pruneOneTimeLinks } from './accounts/one-time-links.ts'
import { findServerSecret } from './accounts/server-secret.ts'
import { pruneSessions } from './accounts/prune-sessions.ts'
import { createSsoProvider } from './accounts/sso/provider.ts'
import { createMemoryBus } from './bus/memory.ts'
import { createRedisBus } from './bus/redis.ts'
import { fillLikeness } from './campus/fill-likeness.ts'
import { createCampusKind } from './campus/kind.ts'
import { fillDirectory } from './campus/name-words.ts'
import { pruneMemberships } from './campus/prune-memberships.ts'
import { createReceiptGatherer } from './campus/receipt-gatherer.ts'
import { createRoster } from './campus/roster.ts'
import { loadRosterEntries } from './campus/load-roster.ts'
import { type Campus, campusChannel } from './campus/types.ts'
import { listUnpublished } from './campus/unpublished-receipts.ts'
import { toBareError } from './classroom/bare-error.ts'
import { createCodeGuesses } from './classroom/code-guesses.ts'
import { toFiveMinutes } from './classroom/five-minutes.ts'
import { findClassroom, findStaff } from './classroom/find-classroom.ts'
import { createClassroomKind } from './classroom/kind.ts'
import { createClassroomLimits } from './classroom/limits.ts'
import type { PhotoParts } from './classroom/photos/parts.ts'
import { createPhotos } from './classroom/photos/photos.ts'
import { startSweepingPhotos } from './classroom/photos/sweep-photos.ts'
import { leaveClassrooms } from './classroom/leave-classrooms.ts'
import { pruneClassrooms } from './classroom/prune-classrooms.ts'
import { classroomChannel, toDeleted } from './classroom/types.ts'
import { withDrawnPictures } from './commands/draw-pictures.ts'
import { campusRules } from './commands/rules.ts'
import { erase, registerUser, setRole, submitCommands, publishReceipts } from './commands/submit.ts'
import type { Config } from './config.ts'
import { createPictureDrawer } from './files/draw-picture.ts'
import { drawQuestionPhoto } from './files/draw-question-photo.ts'
import { createFiles } from './files/files.ts'
import type { FileHome } from './files/home.ts'
import { createMemoryLocks } from './files/memory-locks.ts'
import type { FileParts } from './files/parts.ts'
import { createQueue } from './files/queue.ts'
import { createRedisLocks } from './files/redis-locks.ts'
import { startSweeping } from './files/sweeping.ts'
import { createAdmitting } from './http/admitting.ts'
import { createApp } from './http/app.ts'
import { toBytes } from './http/bare-answer.ts'
import { loadClientFiles } from './http/client-files.ts'
import { listen } from './http/listen.ts'
import { createHttpServer, createHttpsServer } from './http/server.ts'
import type { Certificate } from './https/certificate.ts'
import { type Https, startHttps } from './https/https.ts'
import { createMemoryBuckets } from './limits/buckets.ts'
import { createCallers } from './limits/callers.ts'
import { createLimits } from './limits/limits.ts'
import { NO_LIMITS } from './limits/no-limits.ts'
import { createRedisBuckets } from './limits/redis-buckets.ts'
import { createSlowModes } from './limits/slow-modes.ts'
import { createCampusAudiences } from './live/campus-audiences.ts'
import { createCampusDoor } from './live/campus-door.ts'
import { createClassroomAudiences } from './live/classroom-audiences.ts'
import { createClassroomDevices } from './live/classroom-devices.ts'
import { createClassroomDoors } from './live/classroom-doors.ts'
import { createHubs } from './live/hubs.ts'
import { createOpenSessions } from './live/open-sessions.ts'
import { createSignals } from './live/signals.ts'
import { createSuspensions } from './live/suspensions.ts'
import { joinOnlookers } from './live/hub.ts'
import { attachSockets } from './live/sockets.ts'
import { findHead } from './log/log-tables.ts'
import { pruneCommands } from './log/prune-commands.ts'
import { createSequencer } from './log/sequencer.ts'
import { createAnswerMetrics } from './metrics/answer.ts'
import { createMetrics } from './metrics/metrics.ts'
import { openMetricsPort } from './metrics/port.ts'
import { pruneReports } from './operate/reports.ts'
import { RESTORED_IN_PART } from './ops/backup/restore-backup.ts'
import { startBackups } from './ops/backup/schedule.ts'
import { describeConfig } from './ops/describe-config.ts'
import { openHome } from './ops/open-home.ts'
import { openStore } from './ops/open-store.ts'
import { startPruning } from './ops/pruning.ts'
import { createReadiness } from './ops/readiness.ts'
import type { RunningServer } from './ops/run-server.ts'
import { createReportError, tellingOf } from './ops/report-error.ts'
import { throttle } from './ops/throttle.ts'
import { VERSION } from './ops/version.ts'
import { createErasures } from './own-data/erase.ts'
import { toSettingDefaults } from './settings/setting-defaults.ts'
import { createSettings } from './settings/settings.ts'
import { followStorage } from './settings/follow-storage.ts'

/** Longer than a client sends by itself what it wrote, see `client/sync/stale.ts`. */
const COMMANDS_KEPT_MS = 90 * 24 * 60 * 60_000
/** Reports that were closed: long enough for whoever wants to know what became of one. */
const REPORTS_KEPT_MS = 180 * 24 * 60 * 60_000
const CLIENT_FOLDER = 'dist/client'

/** Puts the parts of a server together and starts it. Throws when a part cannot start, with nothing left running. */
export async function serve(config: Config, log: Logger): Promise<RunningServer> {
  const clock = systemClock
  const metrics = config.metrics && createMetrics(clock.now, toFiveMinutes)
  const report = tellingOf(createReportError(log, clock.now), metrics?.onError)
  // Redis is asked again every second or so while it is away, and would fill the log.
  const onRedisError = throttle(clock.now, report)
  // Of what fails in a classroom the operator learns where, not when to the second, and nothing of what was said.
  const reportBare = tellingOf(
    createReportError(log, clock.now, { error: toBareError, time: toFiveMinutes }),
    metrics?.onClassroomError,
  )
  // What classrooms write is not timed: each of their questions would be seen in it.
  const bareStore = openStore(config, report)
  const store = metrics?.watchStore(bareStore) ?? bareStore
  const campusKind = createCampusKind(
    store,
    campusRules,
    (conversation) => receipts.note(conversation),
    config.peopleOnDevicesMax,
  )
  const classroomKind = createClassroomKind(bareStore, {
    heldWords: () => settings.get('words'),
    onFilesLeft: (ids) => void files.release(ids).catch(report),
  })
  let campusId: string
  let deviceKey: Uint8Array
  let home: FileHome
  try {
    home = await openHome(config)
    await store.migrate()
    const found = await findHead(store.db, campusKind.tables, CAMPUS_LOG)
    if (found === undefined) throw new Error(RESTORED_IN_PART)
    campusId = found.epoch
    await fillLikeness(store).catch(report)
    await fillDirectory(store).catch(report)
    deviceKey = await findServerSecret(store, 'device-cookie')
  } catch (error) {
    await store.close()
    throw error
  }

  const { redisUrl } = config
  const redisPrefix = `chatbox:${campusId}`
  const bus = redisUrl === undefined ? createMemoryBus() : createRedisBus(redisUrl, redisPrefix, onRedisError)
  const redis = redisUrl === undefined ? undefined : new Redis(redisUrl, { enableOfflineQueue: false })
  redis?.on('error', onRedisError)

  const settings = createSettings({
    ...{ store, bus, clock, onError: report },
    defaults: toSettingDefaults(config),
    check: (...asked) => checkSetting(store, config.sso !== undefined, ...asked),
  })

  const drawingSequencer = withDrawnPictures(
    createSequencer({
      store,
      kind: campusKind,
      publish: (committed) => bus.publish(campusChannel, committed),
      now: clock.now,
      nextTurn,
      onError: report,
      observe: metrics?.onBatch,
    }),
    createPictureDrawer(),
  )
  const campusSequencer = metrics?.watchCampus(drawingSequencer) ?? drawingSequencer
  const bareSequencer = createSequencer({
    store: bareStore,
    kind: classroomKind,
    publish: (committed) => bus.publish(classroomChannel, committed),
    now: clock.now,
    nextTurn,
    onError: reportBare,
  })
  const classroomSequencer = metrics?.watchClassrooms(bareSequencer) ?? bareSequencer
  const receipts = createReceiptGatherer({
    clock,
    publish: (conversationId) => publishReceipts(campusSequencer, conversationId),
    listUnpublished: () => listUnpublished(store),
    onError: report,
  })
  const slowModes = createSlowModes(store, report)
  const limits =
    config.limits === 'off'
      ? NO_LIMITS
      : createLimits({
          buckets:
            redis === undefined
              ? createMemoryBuckets(clock.now)
              : createRedisBuckets({ client: redis, prefix: redisPrefix }, clock),
          callers: createCallers(store, clock.now),
          getValue: settings.get,
          findSlowSeconds: slowModes.findSeconds,
          ...{ now: clock.now, onError: report },
        })

  const mailer = config.mail === undefined ? undefined : createMailer(config.mail)
  const ssoProvider = config.sso && createSsoProvider(config.sso, clock, report)
  const accounts = createAccounts({
    store,
    bus,
    redis: redis && { client: redis, prefix: redisPrefix },
    clock,
    nextTurn,
    onError: report,
    named: limits,
    registerUser: (user) => registerUser(campusSequencer, user),
    setRole: (userId, role) => setRole(campusSequencer, userId, role),
    ...{ settings, mailer, deviceKey, ssoProvider },
    toLink: (hash) => `${config.publicUrl?.href ?? `http://localhost:${config.port}/`}#${hash}`,
    findHead: async () => (await findHead(store.db, campusKind.tables, CAMPUS_LOG))?.head ?? 0,
  })
  const { findSession, listAlive } = accounts
  const sessions = createOpenSessions({ bus, clock, listAlive, onError: report })

  const roster = createRoster({ clock, load: (userIds) => loadRosterEntries(store, userIds) })
  const signals = createSignals({ store, bus, clock, roster, onLeft: accounts.recordLeft, onError: report })
  const suspensions = createSuspensions({ sessions, reconsider: accounts.reconsider, onError: report })
  const campusHubs = createHubs({
    ...{ kind: campusKind, channel: campusChannel, store, bus, clock },
    createAudiences: () => createCampusAudiences(roster),
    onlooker: () => joinOnlookers<Campus>(signals, suspensions, slowModes),
    onError: report,
    observer: metrics?.hub,
  })
  const campusHub = campusHubs.keep(CAMPUS_LOG)
  const classroomHubs = createHubs({
    ...{ kind: classroomKind, channel: classroomChannel, store: bareStore, bus, clock },
    createAudiences: createClassroomAudiences,
    onError: reportBare,
  })
  const devices = createClassroomDevices({
    bus,
    clock,
    onChanged: (classroomId) => classroomHubs.find(classroomLog(classroomId))?.pingAll(),
  })

  const stopPruning = startPruning(
    clock,
    async (now) => {
      await fillLikeness(store)
      await fillDirectory(store)
      await pruneSessions(store, now)
      await pruneOneTimeLinks(store.db, now)
      await pruneCeremonies(store.db, now)
      await pruneReports(store, now - REPORTS_KEPT_MS)
      await pruneClassrooms(store, now, (ids) => files.release(ids))
      await pruneMemberships(store, await pruneCommands(store, campusKind.tables, now - COMMANDS_KEPT_MS))
      await pruneCommands(store, classroomKind.tables, now - COMMANDS_KEPT_MS)
    },
    report,
  )

  const fileParts: FileParts = {
    ...{ store, home, now: clock.now, onError: report },
    locks:
      redis === undefined
        ? createMemoryLocks()
        : createRedisLocks({ redis: { client: redis, prefix: redisPrefix }, bus }),
    limits: followStorage(settings),
    takeBytes: (userId, bytes) => limits.take(userId, 'uploadBytes', bytes),
  }
  const files = createFiles(fileParts)
  const stopSweeping = startSweeping(fileParts, clock)
  const announceDeleted = (deleted: string) => bus.publish(classroomChannel, toDeleted(deleted))
  const erasures = createErasures({
    ...{ store, clock, endSessions: accounts.eraseSessions, onError: report },
    submit: (userId, commands) => erase(campusSequencer, userId, commands),
    leaveClassrooms: (userId, withAnswers) =>
      leaveClassrooms(
        { store, sequencer: classroomSequencer, announceDeleted, releaseFiles: files.release },
        userId,
        withAnswers,
      ),
  })
  const stopBackups = config.backups && startBackups({ ...config.backups, store, home, clock, onError: report })
  const drawing = createQueue(1)
  const photoParts: PhotoParts = {
    ...{ store: bareStore, now: clock.now, countRoom: files.countRoom },
    draw: (bytes) => drawing.run(() => drawQuestionPhoto(bytes)),
  }
  const photos = createPhotos(photoParts)
  const stopSweepingPhotos = startSweepingPhotos(photoParts, clock, reportBare)

  const readiness = createReadiness({ store, bus, now: clock.now })
  metrics?.watchState({
    ...{ version: VERSION, readiness, bus },
    findHead: async () => (await findHead(store.db, campusKind.tables, CAMPUS_LOG))?.head ?? 0,
    position: () => campusHub.position.head,
    redis: redis && { isThere: () => redis.status === 'ready' },
  })
  const answerMetrics = metrics && createAnswerMetrics(metrics, config.metrics?.token)
  const admitting = createAdmitting({ store, limits, accounts, settings })
  const app = createApp({
    store: bareStore,
    accounts,
    admitting,
    erasures,
    sessions,
    campus: { store, kind: campusKind, sequencer: campusSequencer, hub: campusHub },
    classrooms: {
      ...{ kind: classroomKind, sequencer: classroomSequencer, hubs: classroomHubs, devices },
      announceDeleted,
      limits: createClassroomLimits(clock.now),
      guesses: createCodeGuesses(clock.now),
      photos,
    },
    limits,
    files,
    clientFiles: loadClientFiles(resolve(CLIENT_FOLDER)),
    config,
    settings,
    about: {
      ...{ version: VERSION, startedAt: clock.now(), environment: describeConfig(config) },
    },
    readiness,
    observer: metrics?.answers,
    answerMetrics: config.metrics?.port === undefined ? answerMetrics : undefined,
    now: clock.now,
    report,
    reportBare,
  })
  const campusDoor = createCampusDoor({
    ...{ hub: campusHub, signals, sessions, clock, findSession, onError: report },
    isErased: accounts.isErased,
    async submit(session, commands, from, line) {
      const admit = admitting(session, line)
      const results = await submitCommands(campusSequencer, session.userId, commands, from, admit)
      for (const result of results) if (result.status === 'refused') metrics?.answers.onRefused(result.code)
      return results
    },
    onAcknowledged: accounts.recordCursor,
  })
  const classroomDoors = createClassroomDoors({
    ...{ hubs: classroomHubs, devices, sessions, clock, findSession, onError: reportBare },
    exists: async (classroomId) => (await findClassroom(store.db, classroomId)) !== undefined,
    isStaff: async (classroomId, userId) => (await findStaff(store.db, classroomId, userId)) !== undefined,
  }).map((door) => metrics?.watchClassroomDoor(door) ?? door)
  const secureServer = config.https && createHttpsServer(app)
  const server = secureServer ?? createHttpServer(app)
  const closeSockets = attachSockets(server, {
    clock,
    isOwnOrigin: (headers) => isOwnOrigin(headers, config),
    notFound: toBytes('not_found'),
    onError: report,
    doors: [metrics?.watchCampusDoor(campusDoor) ?? campusDoor, ...classroomDoors],
  })

  let https: Https | undefined
  let metricsPort: Awaited<ReturnType<typeof openMetricsPort>> | undefined

  async function closeParts(): Promise<void> {
    await https?.stop()
    await metricsPort?.close()
    for (const part of [campusHubs, classroomHubs, signals, sessions, devices]) part.close()
    settings.close()
    stopPruning()
    await stopSweeping()
    await stopSweepingPhotos()
    await photos.close()
    await erasures.close()
    await stopBackups?.()
    await files.close()
    await receipts.close()
    await campusSequencer.close()
    await classroomSequencer.close()
    await accounts.close().catch(report)
    mailer?.close()
    ssoProvider?.close()
    await bus.close()
    redis?.disconnect()
    await store.close()
  }

  try {
    await settings.refresh()
    await slowModes.load()
    await campusHub.findPosition()
    await receipts.begin()
    const claimToken = await accounts.createClaimToken()
    if (config.metrics?.port !== undefined && answerMetrics !== undefined) {
      metricsPort = await openMetricsPort(config.metrics, answerMetrics)
    }
    if (config.https !== undefined && config.publicUrl !== undefined) {
      const { name, httpPort, authority } = config.https
      const serveWith = ({ key, chain }: Certificate) => secureServer?.setSecureContext({ key, cert: chain })
      https = await startHttps({
        ...{ name, authority, origin: config.publicUrl.origin, dataDir: config.dataDir, clock, onError: report },
        listen: (plain) => listen(plain, { port: httpPort, host: config.host }, () => undefined),
        onRenewed: serveWith,
      })
      serveWith(https.certificate.current)
      metrics?.watchCertificate(https.certificate)
    }
    const { port, close } = await listen(server, config, closeSockets)
    return {
      ...{ port, claimToken },
      async stop() {
        readiness.beginStopping()
        // Load balancers have to hear of it, and to take people elsewhere, while they are still served here.
        if (config.drainMs > 0) await passTime(config.drainMs)
        await close()
        await closeParts()
      },
    }
  } catch (error) {
    closeSockets()
    await closeParts()
    throw error
  }
}
