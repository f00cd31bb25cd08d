import type { ClientSocket, SocketEvents } from '../../client/sync/environment.ts'
import type { Connection } from '../../server/live/connection.ts'
import { isJson } from '../../server/live/frames.ts'
import { CLOSE } from '../../shared/protocol/errors.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { createDownReader, unpackUp } from '../../shared/protocol/packed/frames.ts'
import { CLASSROOM_API } from '../../shared/classroom/http.ts'
import type { Network } from './network.ts'
import type { ServerProcess } from './process.ts'
import { isNewerHello, toOlderText } from './version-before.ts'
import type { World } from './world.ts'

/*
 * A WebSocket: it keeps the order of its frames, and is lost without a word when the wire is cut. A process that is
 * killed is noticed at once, or never, as that of a machine without power.
 */

/** Each byte of a slow socket counts for so many: the rows of a run are small. */
const SLOW_FACTOR = 3_000
const NEVER_OPENED = 1006

export function openSocket(world: World, network: Network, client: SocketEvents, path = '/api/socket'): ClientSocket {
  const { scheduler, chance, isRough, planted, witness, faults } = world
  const events = planted.socket?.(client, path, world) ?? client
  const { cuts } = network
  const isWhole = () => network.isUp && network.cuts === cuts
  let state: 'opening' | 'open' | 'closed' = 'opening'
  let closedThere = false
  let process: ServerProcess | undefined
  let connection: Connection | undefined
  /** What came before it was known who this is. */
  let early: (string | Uint8Array)[] = []
  const reader = createDownReader(CAMPUS_LOG)
  let unsentBytes = 0
  const delay = () => network.delay() + (network.isSlow ? chance.between(0, 2_000) : 0)
  const upwards = inOrder(world, () => network.delay())
  const downwards = inOrder(world, delay)

  function closeHere(code: number): void {
    if (state === 'closed') return
    state = 'closed'
    events.onClose(code)
  }

  function closeThere(): void {
    if (closedThere) return
    closedThere = true
    connection?.onClosed()
  }

  function begin(): void {
    if (state === 'closed') return
    process = isWhole() ? network.findProcess() : undefined
    if (process === undefined) return closeHere(NEVER_OPENED)
    if (!network.hasSockets) return chance.happens(0.5) ? closeHere(NEVER_OPENED) : undefined
    const { isOn, admit } = process
    if (faults.proxies && isRough() && chance.happens(0.05)) return closeHere(NEVER_OPENED)
    process.onKilled(() => {
      if (chance.happens(0.7)) scheduler.after(delay(), () => isWhole() && closeHere(NEVER_OPENED))
    })
    const isPrivate = path.startsWith(CLASSROOM_API)
    const admitted = admit(path, isPrivate || network.cookie === '' ? {} : { cookie: network.cookie })
    if (admitted === undefined) return closeHere(NEVER_OPENED)
    admitted.then(
      (admission) => {
        if (!isOn() || closedThere) return
        if ('code' in admission) return closeFromThere(admission.code)
        connection = admission.connect({
          send: sendDown,
          close: closeFromThere,
          bufferedBytes: () => (network.isSlow ? unsentBytes * SLOW_FACTOR : 0),
        })
        for (const content of early) receive(content)
        early = []
      },
      (error: unknown) => {
        world.report(error)
        closeFromThere(CLOSE.tryAgainLater)
      },
    )
    state = 'open'
    events.onOpen()
  }

  function closeFromThere(code: number): void {
    closedThere = true
    downwards(() => isWhole() && closeHere(code))
  }

  function sendDown(frame: Buffer): void {
    const content = isJson(frame) ? frame.toString() : new Uint8Array(frame)
    // Those who look into what is said know it as JSON.
    const text = JSON.stringify(reader.read(content))
    const older = isOld() ? toOlderText(text) : text
    const told = planted.frame?.(path, older, world) ?? older
    witness.noteFrame(network.userId, path, told)
    const said = told === text ? content : told
    unsentBytes += said.length
    downwards(() => {
      unsentBytes -= said.length
      if (isWhole() && state === 'open') events.onMessage(said)
    })
  }

  function receive(content: string | Uint8Array): void {
    if (!isOld()) return connection?.onMessage(content)
    const text = typeof content === 'string' ? content : JSON.stringify(unpackUp(content))
    if (isNewerHello(path, text)) {
      closeFromThere(CLOSE.protocolVersion)
      return connection?.onClosed()
    }
    connection?.onMessage(toOlderText(text))
  }

  function isOld(): boolean {
    return network.isOld || process?.isOld === true
  }

  scheduler.after(network.delay(), begin)
  return {
    send(content) {
      if (state !== 'open') return
      upwards(() => {
        if (!isWhole() || closedThere) return
        // A process that is gone answers with a reset.
        if (process?.isOn() !== true) return closeHere(NEVER_OPENED)
        if (connection === undefined) early.push(content)
        else receive(content)
      })
    },
    close() {
      state = 'closed'
      upwards(() => isWhole() && process?.isOn() === true && closeThere())
    },
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
