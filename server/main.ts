import { getRequestListener } from '@hono/node-server'
import { Redis } from 'ioredis'
import { createServer } from 'node:http'
import { resolve } from 'node:path'
import type { Logger } from 'pino'
import { systemClock } from '../shared/clock.ts'
import { CAMPUS_LOG } from '../shared/protocol/fields.ts'
import { createAccounts } from './accounts/accounts.ts'
import { isOwnOrigin } from './accounts/own-origin.ts'
import { createMemoryBus } from './bus/memory.ts'
import { createRedisBus } from './bus/redis.ts'
import { toBareError } from './classroom/bare-error.ts'
import { createClassroomLogs } from './classroom/classroom-logs.ts'
import { createCodeGuesses } from './classroom/code-guesses.ts'
import { createClassroomLimits } from './classroom/limits.ts'
import { campusRules } from './commands/rules.ts'
import { submitCommands } from './commands/submit.ts'
import type { Config } from './config.ts'
import { createApp } from './http/app.ts'
import { loadClientFiles } from './http/client-files.ts'
import { listen } from './http/listen.ts'
import { createClassroomHub } from './live/classroom-hub.ts'
import { createClassroomSockets } from './live/classroom-sockets.ts'
import { createHub } from './live/hub.ts'
import { attachSockets } from './live/sockets.ts'
import { createSequencer } from './log/sequencer.ts'
import { openStore } from './ops/open-store.ts'
import { type RunningServer, runServer } from './ops/run-server.ts'
import { createReportError } from './ops/report-error.ts'
import { seldom } from './ops/seldom.ts'

const CLIENT_FOLDER = 'dist/client'

/** Throws when a part cannot start, with nothing left running. */
async function serve(config: Config, log: Logger): Promise<RunningServer> {
  const clock = systemClock
  const report = createReportError(log)
  // Redis is asked again every second or so while it is away, and would fill the log.
  const onRedisError = seldom(clock.now, report)
  const store = openStore(config, report)
  try {
    await store.migrate()
  } catch (error) {
    await store.close()
    throw error
  }

  const bus = config.redisUrl === undefined ? createMemoryBus() : createRedisBus(config.redisUrl, onRedisError)
  const redis = config.redisUrl === undefined ? undefined : new Redis(config.redisUrl, { enableOfflineQueue: false })
  redis?.on('error', onRedisError)
  const sequencer = createSequencer({
    log: CAMPUS_LOG,
    store,
    bus,
    rules: campusRules,
    now: clock.now,
    onError: report,
  })
  const accounts = createAccounts({
    store,
    bus,
    redis,
    clock,
    onError: report,
    async registerUser(user) {
      const [result] = await sequencer.submit(user.id, [{ type: 'user.register', ...user }])
      return result
    },
  })
  const hub = createHub({ log: CAMPUS_LOG, store, bus, clock, onLeft: accounts.recordLeft, onError: report })
  const clientFiles = loadClientFiles(resolve(CLIENT_FOLDER))
  // Of what happens in a classroom the operator learns where it happened, and nothing of what was said.
  const reportBare = (error: unknown) => report(toBareError(error))
  const classroomLogs = createClassroomLogs({
    store,
    clock,
    onChanged: (classroomId, to) => bus.publishClassroomChange({ classroomId, to }),
    onError: reportBare,
  })
  const classroomHub = createClassroomHub({ store, logs: classroomLogs, bus, clock, onError: reportBare })
  const classroomSockets = createClassroomSockets({
    hub: classroomHub,
    logs: classroomLogs,
    bus,
    clock,
    findSession: accounts.findSession,
    listAlive: accounts.listAlive,
    onError: reportBare,
  })
  const app = createApp({
    store,
    accounts,
    sequencer,
    hub,
    classrooms: {
      logs: classroomLogs,
      hub: classroomHub,
      limits: createClassroomLimits(clock.now),
      guesses: createCodeGuesses(clock.now),
    },
    clientFiles,
    config,
    now: clock.now,
    report,
  })

  const onRequest = getRequestListener(app.fetch)
  const server = createServer((request, response) => void onRequest(request, response))
  const closeSockets = attachSockets(server, {
    hub,
    classrooms: classroomSockets,
    clock,
    findSession: accounts.findSession,
    listAlive: accounts.listAlive,
    isOwnOrigin: (headers) => isOwnOrigin(headers, config),
    submit: (userId, commands) => submitCommands(sequencer, userId, commands),
    onAcknowledged: accounts.recordCursor,
    onError: report,
  })

  async function closeParts(): Promise<void> {
    hub.close()
    classroomSockets.close()
    classroomHub.close()
    await sequencer.close()
    await classroomLogs.close()
    await accounts.close().catch(report)
    await bus.close()
    redis?.disconnect()
    await store.close()
  }

  try {
    await hub.start()
    const { port, close } = await listen(server, config, closeSockets)
    return {
      port,
      async stop() {
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

await runServer(serve)
