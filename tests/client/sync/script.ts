import type { Api } from '../../../client/sync/api.ts'
import type { Answer } from '../../../client/sync/campus-http.ts'
import { createCampusContracts } from '../../../client/sync/campus-contract.ts'
import { createCampusKind } from '../../../client/sync/campus-kind.ts'
import type { OutboxEntry, Watch } from '../../../client/sync/database.ts'
import type { ClientSocket, SocketEvents } from '../../../client/sync/environment.ts'
import type { ConnectionState } from '../../../client/sync/log/connection-state.ts'
import type { PulledPage } from '../../../client/sync/log/kind.ts'
import { NOWHERE, type DevicePosition } from '../../../client/sync/log/position.ts'
import { createSocketSession, type SocketSession } from '../../../client/sync/log/socket-session.ts'
import { listWaiting } from '../../../client/sync/settle.ts'
import type { Campus, ClientStore } from '../../../client/sync/tables.ts'
import { createWatching } from '../../../client/sync/watching.ts'
import type { Command, CommandOf } from '../../../shared/protocol/commands.ts'
import type { DownFrame } from '../../../shared/protocol/down.ts'
import { refusal, type ErrorCode } from '../../../shared/protocol/errors.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { HEARTBEAT_MS } from '../../../shared/protocol/limits.ts'
import type { CommandResult } from '../../../shared/protocol/results.ts'
import type { LiveRow } from '../../../shared/protocol/rows.ts'
import { unpackUp } from '../../../shared/protocol/packed/frames.ts'
import type { UpFrame } from '../../../shared/protocol/up.ts'
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { createDisk, createMemoryStore, enqueueOn, watchOn } from '../../sim/memory-store.ts'
import { settle } from '../../sim/scheduler.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { ann } from '../data/example.ts'

/**
 * A device with a clock that stands still, and a test in the server's place: what the device does is
 * written down word by word, and it hears nothing but what the test says.
 */
export function createScript() {
  const clock = createFakeClock()
  const began = clock.now()
  const disk = createDisk()
  const memory = createMemoryStore(disk, () => true)
  const errors: unknown[] = []
  let transcript: string[] = []
  const versions: number[] = []
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
    ...{ listSessions: notScripted, endSession: notScripted, changePassword: notScripted, deleteAccount: notScripted },
    ...{ countSeen: notScripted, picture: notScripted, searchPeople: notScripted, findPeople: notScripted },
    history: () => ask('history'),
    pull: ({ lineage, cursor, next }, wait) =>
      ask(`pull ${lineage || '-'} ${cursor}${next === null ? '' : ` from ${next}`}${wait ? ' and wait' : ''}`),
    send: ({ lineage, cursor }, commands) =>
      ask(`post ${lineage || '-'} ${cursor} ${commands.map(describeCommand).join(', ')}`),
  }

  function openSocket(events: SocketEvents): ClientSocket {
    const mine = { events, open: false }
    let closed = false
    socket = mine
    note('open')
    return {
      send(content) {
        if (!mine.open || closed) return
        const frame = (typeof content === 'string' ? JSON.parse(content) : unpackUp(content)) as UpFrame
        if (frame.type === 'hello') versions.push(frame.protocol)
        note(describeUp(frame))
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
      for (const frame of frames) events.onMessage(typeof frame === 'string' ? frame : JSON.stringify(frame))
      await settle()
    },
    /** A packed frame. */
    async downBytes(frame: Uint8Array) {
      getSocket().events.onMessage(frame)
      await settle()
    },
    async drop(code = 1006) {
      getSocket().events.onClose(code)
      await settle()
    },
    /** The version of each hello. */
    versions: () => versions,
    /** Answers the request that has waited longest. */
    async answer(answer: Answer<PulledPage<LiveRow> | CommandResult[]>): Promise<void> {
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
    at(lineage: string, cursor: number, entries: readonly OutboxEntry[] = [], more: Partial<DevicePosition> = {}) {
      const path = lineage === '' ? [] : [{ id: lineage, start: 0 }]
      disk.position = { ...NOWHERE, lineage, cursor, path, ...more }
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

/** One socket of the campus, without the loop around it. */
export function openSession(
  { store, api, clock, openSocket, onError }: Pick<Script, 'store' | 'api' | 'clock' | 'openSocket' | 'onError'>,
  hooks: { onLive?(): void; onProgress?(done: number, total: number): void } = {},
): SocketSession {
  const contracts = createCampusContracts(ann)
  return createSocketSession<Campus>({
    ...{ store, api, onError, kind: createCampusKind(ann, clock), environment: { clock } },
    ...{ socket: { open: openSocket, contracts }, contract: contracts[0]() },
    listWaiting: (tables) => listWaiting(tables, clock.now()),
    createExtras: (send) => createWatching({ clock, store, send, onError }),
    check: () => Promise.resolve(undefined),
    onLive: () => hooks.onLive?.(),
    onProgress: (done, total) => hooks.onProgress?.(done, total),
  })
}

function describeState(state: ConnectionState, began: number): string {
  if (state.kind === 'catching-up') return `catching up ${state.done} of ${state.total}`
  if (state.kind === 'connecting' && state.slow !== true) return state.kind
  if (state.kind === 'connecting') return `no answer since ${(state.since ?? NaN) - began}`
  if (state.kind === 'refused') return `refused ${state.code}`
  if (!('since' in state)) return state.kind
  const shown = 'why' in state ? state.why : state.kind
  return `${shown} since ${state.since - began}`
}

function describeUp(frame: UpFrame): string {
  switch (frame.type) {
    case 'hello':
    case 'resume':
      return `${frame.type} ${frame.lineage || '-'} ${frame.cursor}`
    case 'pong':
      return `pong ${frame.cursor ?? 'as before'}`
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

/** Unless the position is `known`, the log may have lost something. */
export const welcome = (known = true): DownFrame => ({
  ...{ type: 'welcome', protocol: PROTOCOL_VERSION, epoch: '', heartbeatMs: HEARTBEAT_MS, known },
})
export const live: DownFrame = { type: 'live', log: CAMPUS_LOG }
export const behind: DownFrame = { type: 'behind', log: CAMPUS_LOG }
export const rows = (from: number, to: number, ...held: LiveRow[]): DownFrame => ({
  ...{ type: 'rows', log: CAMPUS_LOG, lineage: 'l1', from, to, rows: held },
})
export const ping = (from: number | null, to: number | null): DownFrame => ({
  ...{ type: 'ping', log: CAMPUS_LOG, lineage: 'l1', from, to },
})
export const accepted = (id: string, seq: number): CommandResult => ({ status: 'accepted', id, seq })
export const result = (of: CommandResult): DownFrame => ({ type: 'result', result: of })

type Page = PulledPage<LiveRow>
export const page = (part: Partial<Page> & { from: number; to: number }): Answer<Page> => ({
  ...{ kind: 'ok', value: { lineage: { id: 'l1', start: 0 }, head: part.to, next: null, rows: [], ...part } },
})
export const refuse = (code: ErrorCode): Answer<never> => ({ kind: 'refused', error: refusal(code) })
/** The log goes on from `end` as `l2`. */
export const ended = (end: number): Answer<never> => {
  const lineages = [
    { id: 'l1', end },
    { id: 'l2', end: end + 100 },
  ]
  return { kind: 'refused', error: { ...refusal('lineage_ended'), lineages } }
}
/** What is pulled from then on says so. */
export const second = (start: number) => ({ id: 'l2', start })
/** A server of the version before says it so. */
export const endedBefore = (code: 'epoch_changed' | 'cursor_ahead', start: number): Answer<never> => ({
  ...{ kind: 'refused', error: { ...refusal(code), epoch: 'e2', start } },
})
export const unreachable: Answer<never> = { kind: 'unreachable' }
export const portal: Answer<never> = { kind: 'portal' }
