import { setTimeout } from 'node:timers/promises'
import { join } from 'node:path'
import { createRandom } from '../../../server/ops/demo/random.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { register } from '../../faults/device.ts'
import { startServer } from '../../support/server.ts'
import type { Lab } from '../lab.ts'
import { startProgram } from '../processes.ts'
import { oursAtMost, ratioAtMost, type Quantities, type Row } from '../row.ts'
import { openSocketIoPeer } from '../socket-io-peer.ts'
import { createWire, type Wire } from '../wire.ts'

const MESSAGES = 120
const EVERY_MS = 250
/** 200 ± 100 ms there, and as long back. */
const DELAY = { least: 100, most: 300 }
const CUT = { everyMs: 7_000, goneMs: 700 }
const BLACKOUT = { atMs: 14_000, goneMs: 5_000 }
/** By then everything has come that comes at all: who was away tries again within half a minute. */
const SETTLE_MS = 45_000

const [ours, rival] = ['ChatBox', 'socket.io']
const figure = (what: string, unit: string, quantity: string) => ({ what, unit, quantity, ours, rival })

export const row: Row = {
  measures: `${MESSAGES} messages from one to another over 200 ± 100 ms each way, with cuts and a blackout.`,
  sides: {
    [ours]: { what: 'ChatBox' },
    [rival]: { what: 'socket.io with connection state recovery', lacks: 'store, rights; order and once across a loss' },
  },
  figures: [
    { ...figure('bytes of both wires, a message delivered', 'B', 'bytes a message'), reach: ratioAtMost(1) },
    { ...figure('lost, doubled or out of order', '', 'wrong'), reach: oursAtMost(0) },
  ],
  async begin(lab) {
    const stands = { [ours]: await startOurs(), [rival]: await startTheirs(lab) }
    return {
      sides: Object.fromEntries(Object.entries(stands).map(([name, stand]) => [name, () => exchange(stand)])),
      async end() {
        for (const { stop } of Object.values(stands)) await stop()
      },
    }
  },
}

/** Two people, each with a wire to the server. */
interface Pair {
  wires: readonly Wire[]
  send(text: string): void
  /** The texts that the other one has, in their order. */
  received(): readonly string[]
  stop(): Promise<void>
}

async function startOurs(): Promise<Pair> {
  const server = await startServer()
  const wires = [await createWire(server.port), await createWire(server.port)]
  const [anna, bo] = await Promise.all(
    wires.map(({ port }, place) => register(`http://127.0.0.1:${port}`, ['anna', 'bobo'][place] ?? '')),
  )
  if (anna === undefined || bo === undefined) throw new Error('two people were to register')
  return {
    wires,
    send: (text) => anna.send(EVERYONE_ID, text),
    received: () => bo.read(EVERYONE_ID),
    async stop() {
      for (const device of [anna, bo]) await device.stop()
      for (const wire of wires) await wire.close()
      await server.dispose()
    },
  }
}

async function startTheirs(lab: Lab): Promise<Pair> {
  const server = await startProgram(join(lab.rivals(), 'socket-io.mjs'), { RECOVERY: 'yes' })
  const wires = [await createWire(server.port), await createWire(server.port)]
  const [anna, bo] = await Promise.all(wires.map(({ port }, place) => openSocketIoPeer(lab, port, String(place))))
  if (anna === undefined || bo === undefined) throw new Error('two people were to connect')
  return {
    wires,
    send: anna.send,
    received: () => bo.received,
    async stop() {
      for (const peer of [anna, bo]) peer.close()
      for (const wire of wires) await wire.close()
      await server.stop()
    },
  }
}

let rounds = 0

async function exchange({ wires, send, received }: Pair): Promise<Quantities> {
  rounds += 1
  const texts = Array.from(
    { length: MESSAGES },
    (_, place) => `Round ${rounds}, message ${place + 1} of somebody on a train.`,
  )
  const sumBytes = () => wires.reduce((sum, { bytes }) => sum + bytes, 0)
  const before = sumBytes()
  const had = received().length
  const spoil = spoilWires(wires)
  for (const text of texts) {
    send(text)
    await setTimeout(EVERY_MS)
  }
  spoil.stop()
  const isComplete = () => received().length >= had + MESSAGES
  for (const end = Date.now() + SETTLE_MS; !isComplete() && Date.now() < end;) await setTimeout(50)
  for (const wire of wires) wire.delay(() => 0)
  const came = received().slice(had)
  const once = [...new Set(came)]
  const lost = texts.filter((text) => !once.includes(text)).length
  const expected = texts.filter((text) => once.includes(text))
  const outOfOrder = once.filter((text, place) => text !== expected[place]).length
  const doubled = came.length - once.length
  return {
    'bytes a message': (sumBytes() - before) / once.length,
    ...{ wrong: lost + doubled + outOfOrder, lost, doubled, 'out of order': outOfOrder, cuts: spoil.cuts() },
  }
}

/** The same for both sides, as far as clocks allow: delays are drawn from the same numbers. */
function spoilWires(wires: readonly Wire[]) {
  let cuts = 0
  const cut = (goneMs: number) => {
    cuts += 1
    for (const wire of wires) wire.cut(goneMs)
  }
  for (const [place, wire] of wires.entries()) {
    const random = createRandom(place + 1)
    wire.delay(() => random.between(DELAY.least, DELAY.most))
  }
  const cutting = setInterval(() => cut(CUT.goneMs), CUT.everyMs)
  const blackout = globalThis.setTimeout(() => cut(BLACKOUT.goneMs), BLACKOUT.atMs)
  return {
    cuts: () => cuts,
    stop() {
      clearInterval(cutting)
      clearTimeout(blackout)
    },
  }
}
