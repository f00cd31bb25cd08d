import type { Answer, Api } from '../../../client/sync/api.ts'
import type { ConnectionState, OutboxEntry } from '../../../client/sync/database.ts'
import type { ClientSocket, SocketEvents } from '../../../client/sync/environment.ts'
import type { ClientStore } from '../../../client/sync/tables.ts'
import type { Command, CommandOf } from '../../../shared/protocol/commands.ts'
import type { DownFrame } from '../../../shared/protocol/down.ts'
import { refusal, type ErrorCode } from '../../../shared/protocol/errors.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import type { PullPage } from '../../../shared/protocol/http.ts'
import { HEARTBEAT_MS } from '../../../shared/protocol/limits.ts'
import type { CommandResult } from '../../../shared/protocol/results.ts'
import type { Row } from '../../../shared/protocol/rows.ts'
import type { UpFrame } from '../../../shared/protocol/up.ts'
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import type { Watch } from '../../../client/sync/database.ts'
import { createDisk, createMemoryStore, enqueueOn, watchOn } from '../../sim/memory-store.ts'
import { settle } from '../../sim/scheduler.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

/**
 * A device with a clock that stands still, and a test in the server's place: what the device does is
 * written down word by word, and it hears nothing but what the test says.
 */
export function createScript() {
  const clock = createFakeClock()
  const began = clock.now()
  const disk = createDisk(CAMPUS_LOG)
  const memory = createMemoryStore(disk, () => true)
  const errors: unknown[] = []
  let transcript: string[] = []
  let transactions = 0
  let hold: Promise<void> = Promise.resolve()
  let release: () => void = () => undefined
  let socket: { events: SocketEvents; open: boolean } | undefined
  const asked: ((answer: Answer<never>) => void)[] = []

  const note = (line: string) => void transcript.push(line)
  const ask = <Value>(line: string) =>
    new Promise<Answer<Value>>((resolve) => {
      note(line)
      asked.push(resolve)
    })

  const store: ClientStore = {
    ...memory,
    async transact(work) {
      transactions += 1
      const answer = await memory.transact(work)
      await hold
      return answer
    },
    async setConnection(state) {
      note(`[${describeState(state, began)}]`)
      await memory.setConnection(state)
    },
  }

  const notScripted = () => Promise.reject(new Error('no part of this script'))
  const api: Api = {
    ...{ me: notScripted, register: notScripted, signIn: notScripted, signOut: notScripted },
    ...{ listSessions: notScripted, endSession: notScripted, changePassword: notScripted },
    ...{ countSeen: notScripted, picture: notScripted },
    history: () => ask('history'),
    pull: ({ epoch, cursor, next, wait }) =>
      ask(`pull ${epoch || '-'} ${cursor}${next === null ? '' : ` from ${next}`}${wait ? ' and wait' : ''}`),
    send: (epoch, commands) => ask(`post ${epoch || '-'} ${commands.map(describeCommand).join(', ')}`),
  }

  function openSocket(events: SocketEvents): ClientSocket {
    const mine = { events, open: false }
    let closed = false
    socket = mine
    note('open')
    return {
      send(text) {
        if (mine.open && !closed) note(describeUp(JSON.parse(text) as UpFrame))
      },
      close() {
        if (!closed) note('close')
        closed = true
      },
    }
  }

  function getSocket() {
    if (socket === undefined) throw new Error('no socket was opened')
    return socket
  }

  return {
    ...{ clock, disk, store, api, errors, openSocket },
    onError: (error: unknown) => void errors.push(error),
    /** What happened since this was last asked. */
    async take(): Promise<string[]> {
      await settle()
      const taken = transcript
      transcript = []
      return taken
    },
    /** The server lets the socket open. */
    async accept() {
      const { events } = getSocket()
      getSocket().open = true
      events.onOpen()
      await settle()
    },
    /** Frames that arrive in one go. */
    async down(...frames: (DownFrame | string)[]) {
      const { events } = getSocket()
      for (const frame of frames) events.onText(typeof frame === 'string' ? frame : JSON.stringify(frame))
      await settle()
    },
    async drop(code = 1006) {
      getSocket().events.onClose(code)
      await settle()
    },
    /** Answers the request that has waited longest. */
    async answer(answer: Answer<PullPage | CommandResult[]>): Promise<void> {
      const resolve = asked.shift()
      if (resolve === undefined) throw new Error('nothing was asked')
      resolve(answer as Answer<never>)
      await settle()
    },
    async pass(ms: number) {
      await settle()
      // In steps, so that whatever follows from one timer happens before the next is due.
      for (let left = ms; left > 0; left -= 1_000) {
        clock.advance(Math.min(left, 1_000))
        await settle()
      }
    },
    async enqueue(...commands: Command[]) {
      enqueueOn(disk, commands, clock.now())
      await settle()
    },
    /** What a tab has on its screen from now on. */
    async watch(tab: string, watch: Partial<Watch> | null) {
      const now: Omit<Watch, 'tab'> = { conversationId: null, userIds: [], typingAt: null, changedAt: clock.now() }
      watchOn(disk, tab, watch === null ? null : { ...now, ...watch })
      await settle()
    },
    /** Who types, and who is there, as far as the screen knows. */
    live: () => ({
      typists: [...disk.typists.rows.values()].map((typist) => typist.userId),
      presences: [...disk.presences.rows.values()].map(({ userId, state }) => `${userId.slice(-1)} ${state}`),
    }),
    /** Puts a device at a position, with entries in its outbox. */
    at(epoch: string, cursor: number, entries: readonly OutboxEntry[] = []) {
      disk.position = { ...disk.position, epoch, cursor }
      for (const entry of entries) disk.outbox.rows.set(String(entry.position), entry)
    },
    outbox: () =>
      [...disk.outbox.rows.values()]
        .sort((one, other) => one.position - other.position)
        .map(({ command, state }) => `${describeCommand(command)}: ${state.kind}`),
    countTransactions() {
      const count = transactions
      transactions = 0
      return count
    },
    /** From here on the disk takes its time. The returned function lets go. */
    slowDown() {
      hold = new Promise((resolve) => (release = resolve))
      return () => release()
    },
  }
}

export type Script = ReturnType<typeof createScript>

function describeState(state: ConnectionState, began: number): string {
  if (state.kind === 'catching-up') return `catching up ${state.done} of ${state.total}`
  return 'since' in state ? `${state.kind} since ${state.since - began}` : state.kind
}

function describeUp(frame: UpFrame): string {
  switch (frame.type) {
    case 'hello':
    case 'resume':
      return `${frame.type} ${frame.epoch || '-'} ${frame.cursor}`
    case 'pong':
      return `pong ${frame.cursor}`
    case 'command':
      return `command ${describeCommand(frame.command)}`
    case 'probe':
      return 'probe'
    case 'typing':
      return `typing in ${frame.conversationId.slice(-3)}`
    case 'watch':
      return `watch ${frame.conversationId?.slice(-3) ?? 'nothing'} and ${frame.userIds.map((id) => id.slice(-1)).join('') || 'nobody'}`
  }
}

function describeCommand(command: Command): string {
  if (command.type === 'receive') return `receive ${command.positions.map(describePosition).join(' and ')}`
  return command.type === 'message.send' ? command.text : command.type
}

function describePosition({ conversationId, n }: CommandOf<'receive'>['positions'][number]): string {
  return `${n} of ${conversationId.slice(-3)}`
}

export const welcome = (epoch = 'e1'): DownFrame => ({
  ...{ type: 'welcome', protocol: PROTOCOL_VERSION, epoch, heartbeatMs: HEARTBEAT_MS },
})
export const live: DownFrame = { type: 'live', log: CAMPUS_LOG }
export const behind: DownFrame = { type: 'behind', log: CAMPUS_LOG }
export const rows = (from: number, to: number, ...held: Row[]): DownFrame => ({
  ...{ type: 'rows', log: CAMPUS_LOG, from, to, rows: held },
})
export const ping = (from: number | null, to: number | null): DownFrame => ({ type: 'ping', log: CAMPUS_LOG, from, to })
export const accepted = (id: string, seq: number): CommandResult => ({ status: 'accepted', id, seq })
export const result = (of: CommandResult): DownFrame => ({ type: 'result', result: of })

export const page = (part: Partial<PullPage> & { from: number; to: number }): Answer<PullPage> => ({
  ...{ kind: 'ok', value: { epoch: 'e1', head: part.to, next: null, rows: [], ...part } },
})
export const refuse = (code: ErrorCode, start?: number): Answer<never> => ({
  ...{ kind: 'refused', error: { ...refusal(code), ...(start !== undefined && { epoch: 'e2', start }) } },
})
export const unreachable: Answer<never> = { kind: 'unreachable' }
export const portal: Answer<never> = { kind: 'portal' }
