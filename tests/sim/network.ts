import type { Answer, Api } from '../../client/sync/api.ts'
import type { ClientSocket, SocketEvents } from '../../client/sync/environment.ts'
import { createConnection } from '../../server/live/connection.ts'
import { history } from '../../server/campus/history.ts'
import { pull } from '../../server/log/pull.ts'
import { CLOSE } from '../../shared/protocol/errors.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { ServerProcess, World } from './campus.ts'
import type { Disk } from './memory-store.ts'

/*
 * What lies between a device and the servers: a wire that is up or down, keeps the order of a
 * socket's frames, delays everything, loses what is on it when it is cut, and does not say so. A
 * request can be lost on its way there, or its answer on the way back, after it was done.
 */

export interface Wire {
  openSocket(events: SocketEvents): ClientSocket
  api: Api
  cut(): void
  mend(): void
}

export interface WireEnd {
  userId: string
  sessionId: string
  disk: Disk
  isSignedIn(): boolean
  /** Any of the processes that run, as a load balancer without sticky sessions picks one. */
  findServer(): ServerProcess | undefined
}

const SMALL_PAGES = { rows: 9, conversations: 2, users: 3 }
const NEVER = new Promise<never>(() => undefined)

export function createWire(world: World, end: WireEnd): Wire {
  const { scheduler, chance } = world
  let up = true
  /** Grows with each cut: what was on the wire before it never arrives. */
  let cuts = 0
  const delay = () => chance.between(1, world.isRough() ? 300 : 20)

  function openSocket(browser: SocketEvents): ClientSocket {
    const events = world.planted?.socketEvents?.(browser, end.disk) ?? browser
    let open = false
    let closedHere = false
    let closedThere = false
    const mine = cuts
    const isWhole = () => up && cuts === mine
    let server: ServerProcess | undefined
    let connection: ReturnType<typeof createConnection> | undefined
    const upwards = inOrder(world, delay)
    const downwards = inOrder(world, delay)

    const closeHere = (code: number) => {
      if (closedHere) return
      closedHere = true
      events.onClose(code)
    }
    const closeThere = () => {
      if (closedThere) return
      closedThere = true
      connection?.onClosed()
    }
    scheduler.after(delay(), () => {
      server = isWhole() ? end.findServer() : undefined
      const process = server
      if (process === undefined) return closeHere(1006)
      if (!end.isSignedIn()) return closeHere(CLOSE.notSignedIn)
      connection = createConnection({
        userId: end.userId,
        sessionId: end.sessionId,
        hub: process.hub,
        clock: { now: scheduler.now, after: (ms, work) => scheduler.after(ms, () => process.isOn() && work()) },
        submit: process.submit,
        onAcknowledged: () => undefined,
        onError: (error) => world.errors.push(error),
        socket: {
          send: (frame) => downwards(() => isWhole() && !closedHere && events.onText(frame.toString())),
          close(code) {
            closedThere = true
            downwards(() => isWhole() && closeHere(code))
          },
          bufferedBytes: () => 0,
        },
      })
      open = true
      events.onOpen()
    })
    return {
      send(text) {
        if (!open || closedHere) return
        upwards(() => {
          if (isWhole() && server?.isOn() === true && !closedThere) connection?.onMessage(text)
          // A process that is gone answers with a reset.
          else if (isWhole() && server?.isOn() === false) closeHere(1006)
        })
      },
      close() {
        closedHere = true
        upwards(() => isWhole() && closeThere())
      },
    }
  }

  /** A request that may be lost on either way; then the browser gives up after a while. */
  function request<Value>(ask: (server: ServerProcess) => Promise<Answer<Value>>): Promise<Answer<Value>> {
    return new Promise((resolve) => {
      const mine = cuts
      const giveUp = scheduler.after(20_000, () => resolve({ kind: 'unreachable' }))
      const answer = (value: Answer<Value>) => {
        giveUp()
        resolve(value)
      }
      if (!up) {
        scheduler.after(delay(), () => answer({ kind: chance.happens(0.2) ? 'portal' : 'unreachable' }))
        return
      }
      if (world.isRough() && chance.happens(0.1)) return
      scheduler.after(delay(), () => {
        const server = up && cuts === mine ? end.findServer() : undefined
        if (server === undefined) return answer({ kind: 'unreachable' })
        if (!end.isSignedIn()) {
          const refused: Answer<Value> = { kind: 'refused', error: { code: 'not_signed_in', message: '' } }
          return answer(world.planted?.answer?.(refused, end.disk) ?? refused)
        }
        ask(server).then(
          (value) => {
            if (world.isRough() && chance.happens(0.1)) return
            // Some answers take so long that what they say has changed when they arrive.
            const late = world.isRough() && chance.happens(0.3) ? chance.between(300, 8_000) : delay()
            scheduler.after(late, () => up && cuts === mine && answer(value))
          },
          () => answer({ kind: 'unreachable' }),
        )
      })
    })
  }

  const notSimulated = () => NEVER
  return {
    openSocket,
    api: {
      me: notSimulated,
      register: notSimulated,
      signIn: notSimulated,
      signOut: notSimulated,
      listSessions: notSimulated,
      endSession: notSimulated,
      changePassword: notSimulated,
      pull: ({ log, epoch, cursor, next, wait }) =>
        request(async (server) => {
          const look = () => pull(server.store, end.userId, { log, epoch, cursor, next }, SMALL_PAGES)
          let outcome = await look()
          if (
            wait &&
            outcome.kind === 'page' &&
            outcome.page.rows.length === 0 &&
            outcome.page.to === outcome.page.head
          ) {
            await server.hub.waitForNews(end.userId, end.sessionId, outcome.page.to, new AbortController().signal)
            outcome = await look()
          }
          switch (outcome.kind) {
            case 'page':
              return { kind: 'ok', value: world.planted?.page?.(outcome.page, end.userId) ?? outcome.page }
            case 'refused':
              return { kind: 'refused', error: outcome.refusal }
            case 'reset':
              return { kind: 'refused', error: { ...outcome, message: '' } }
          }
        }),
      countSeen: notSimulated,
      picture: notSimulated,
      history: ({ conversation, limit, ...from }) =>
        request(async (server) => {
          const outcome = await history(server.store, end.userId, { log: CAMPUS_LOG, conversation, from, limit })
          return outcome.kind === 'page'
            ? { kind: 'ok', value: outcome.page }
            : { kind: 'refused', error: outcome.refusal }
        }),
      send: (epoch, commands) =>
        request(async (server) =>
          epoch === '' || server.hub.isEpoch(epoch)
            ? { kind: 'ok', value: await server.submit(end.userId, commands) }
            : { kind: 'refused', error: { code: 'epoch_changed', message: '' } },
        ),
    },
    cut() {
      up = false
      cuts += 1
    },
    mend: () => void (up = true),
  }
}

/** Delivers in the order of sending, each after a delay of its own. */
function inOrder({ scheduler }: World, delay: () => number): (deliver: () => void) => void {
  let last = 0
  return (deliver) => {
    const at = Math.max(last, scheduler.now() + delay())
    last = at
    scheduler.after(at - scheduler.now(), deliver)
  }
}
