import type { Command } from '../../shared/protocol/commands.ts'
import { BODY_BYTES_MAX, COMMANDS_PER_REQUEST_MAX } from '../../shared/protocol/limits.ts'
import { uuidv7 } from 'uuidv7'
import type { Answer, Api } from './api.ts'
import { applyChange } from './apply.ts'
import type { OutboxEntry } from './database.ts'
import { resetToEpoch } from './reset.ts'
import { listWaiting, settle } from './settle.ts'
import type { ClientStore } from './tables.ts'

/** What a request has around its commands. */
const ENVELOPE_BYTES = 1_000

/** How an exchange with the server ended; all but `done` leave everything where it was, to be tried again. */
export type Ending = 'done' | 'unreachable' | 'portal' | 'signed-out' | 'outdated'

export interface Progress {
  /** Positions of the log behind us and in all, since this catching up began. */
  (done: number, total: number): void
}

/** One account's storage and its server. */
export interface Part {
  store: ClientStore
  api: Api
  me: string
  log: string
}

/**
 * Pulls until there is no more. With `wait`, the last question is held open by the server until there
 * is something to tell, which is the long poll. Once `isOver` no further page is asked for.
 */
export async function pullAll(
  { store, api, me, log }: Part,
  { wait = false, onProgress, isOver }: { wait?: boolean; onProgress?: Progress; isOver?: () => boolean } = {},
): Promise<Ending> {
  let began: number | undefined
  for (;;) {
    const { epoch, cursor, next } = await store.transact((tables) => Promise.resolve(tables.getPosition()))
    began ??= cursor
    const answer = await api.pull({ log, epoch, cursor, next, wait: wait && cursor > 0 })
    if (answer.kind === 'refused') {
      const { code, start } = answer.error
      if (code === 'epoch_changed' || code === 'cursor_ahead') {
        began = undefined
        await store.transact(async (tables) => {
          const now = await tables.getPosition()
          // Unless another tab did so meanwhile: what was lost is offered once.
          if (now.epoch === epoch && now.cursor === cursor) await resetToEpoch(tables, me, start ?? 0, uuidv7)
        })
      } else if (code === 'bad_request' && next !== null) {
        // The server does not know where our first pull was: begin it anew.
        await store.transact(async (tables) => tables.setPosition({ ...(await tables.getPosition()), next: null }))
      } else return endingOf(answer)
      continue
    }
    if (answer.kind !== 'ok') return endingOf(answer)
    const page = answer.value
    // Another tab may have moved on meanwhile; then this page is not applied, and we ask from there.
    const outcome = await store.transact((tables) => applyChange(tables, me, page))
    if (isOver?.() === true) return 'done'
    if (page.to < page.head || page.next !== null) onProgress?.(page.to - began, page.head - began)
    if (outcome !== 'gap' && page.next === null && page.to >= page.head) return 'done'
  }
}

/** Sends all that waits over HTTP, in order, a request at a time. */
export async function sendAll(part: Part): Promise<Ending> {
  for (;;) {
    const { epoch, waiting } = await part.store.transact(async (tables) => ({
      epoch: (await tables.getPosition()).epoch,
      waiting: await listWaiting(tables),
    }))
    if (waiting.length === 0) return 'done'
    const commands = takeRequest(waiting)
    const answer = await part.api.send(epoch, commands)
    if (answer.kind === 'refused' && answer.error.code === 'epoch_changed') {
      // What the server lost goes first, and only a pull tells what that is.
      const ending = await pullAll(part)
      if (ending !== 'done') return ending
      continue
    }
    if (answer.kind !== 'ok') return endingOf(answer)
    const answered = new Set(answer.value.map((result) => result.id))
    // Asking again at once would ask in circles.
    if (!commands.some(({ id }) => answered.has(id))) return 'unreachable'
    await part.store.transact((tables) => settle(tables, answer.value))
  }
}

/** As many commands as fit into one request, at least one. */
function takeRequest(waiting: readonly OutboxEntry[]): Command[] {
  let bytes = 0
  const commands: Command[] = []
  for (const { command } of waiting.slice(0, COMMANDS_PER_REQUEST_MAX)) {
    bytes += new TextEncoder().encode(JSON.stringify(command)).length + 1
    if (commands.length > 0 && bytes > BODY_BYTES_MAX - ENVELOPE_BYTES) break
    commands.push(command)
  }
  return commands
}

function endingOf(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): Ending {
  if (answer.kind !== 'refused') return answer.kind
  if (answer.error.code === 'not_signed_in') return 'signed-out'
  return answer.error.code === 'protocol_version' ? 'outdated' : 'unreachable'
}
