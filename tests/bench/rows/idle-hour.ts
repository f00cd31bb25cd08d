import { setTimeout } from 'node:timers/promises'
import { join } from 'node:path'
import { open } from '../../e2e/support/conversing.ts'
import { turnVisibility } from '../../e2e/support/visibility.ts'
import { createGroup, send } from '../../support/campus.ts'
import { openBrowser } from '../browser.ts'
import { startProgram } from '../processes.ts'
import { oursAtMost, type Quantities, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'
import { openSocketIoPeer } from '../socket-io-peer.ts'
import { createWire, type Wire } from '../wire.ts'

/** Three signs of life of ours, six of socket.io's: what goes over a wire meanwhile is taken for each part of the hour. */
const SECONDS = 165
/** After that nothing is left of beginning. */
const SETTLE_MS = 20_000

const [shown, hidden, rival] = ['shown', 'hidden', 'socket.io']
const figure = (ours: string, what: string, unit: string, quantity: string, most: number) => ({
  ...{ what: `${what}, ${ours}`, unit, quantity, ours, rival, reach: oursAtMost(most) },
})

export const row: Row = {
  measures: `What goes over the wire of a device on which nothing happens, counted for ${SECONDS} seconds, for an hour.`,
  sides: {
    [shown]: { what: 'ChatBox, a conversation on the screen' },
    [hidden]: { what: 'ChatBox, its page hidden' },
    [rival]: { what: 'socket.io', lacks: 'who is there; saying where the log stands' },
  },
  figures: [
    figure(shown, 'bytes', 'kB', 'kB an hour', 1.5),
    figure(shown, 'wake-ups', '', 'wake-ups an hour', 80),
    figure(hidden, 'bytes', 'kB', 'kB an hour', 0.5),
  ],
  async begin(lab) {
    const browser = await openBrowser()
    const { server, seeded, stop } = await startChatbox({
      ...{ lab, people: 3 },
      async more(campus, { people: [writer, ...others] }) {
        const command = createGroup(
          others.map(({ userId }) => userId),
          { title: 'Club' },
        )
        await campus.accept(writer?.userId ?? '', command, send(command.conversationId))
      },
    })
    const theirs = await startProgram(join(lab.rivals(), 'socket-io.mjs'))
    const wires: Record<string, Wire> = {}
    for (const [name, person] of [
      [shown, seeded.people[1]],
      [hidden, seeded.people[2]],
    ] as const) {
      const wire = await createWire(server.port)
      const device = await browser.openDevice(wire.port, person?.cookie ?? '')
      await device.openTab('/')
      await open(device, 'Club')
      if (name === hidden) await turnVisibility(device, 'hidden')
      wires[name] = wire
    }
    const wire = await createWire(theirs.port)
    const peer = await openSocketIoPeer(lab, wire.port, 'somebody')
    wires[rival] = wire
    await setTimeout(SETTLE_MS)

    /** All at once: each has a wire of its own, and none of them computes anything. */
    let counting: Promise<Record<string, Quantities>> | undefined
    let asked = 0
    async function count(): Promise<Record<string, Quantities>> {
      const before = Object.entries(wires).map(([name, { bytes, wakeUps }]) => ({ name, bytes, wakeUps }))
      await setTimeout(SECONDS * 1_000)
      const hour = 3_600 / SECONDS
      return Object.fromEntries(
        before.map(({ name, bytes, wakeUps }) => {
          const now = wires[name] ?? { bytes, wakeUps }
          if (now.bytes === bytes) throw new Error(`${name} gave no sign of life`)
          const counted = { 'kB an hour': ((now.bytes - bytes) / 1_000) * hour }
          return [name, { ...counted, 'wake-ups an hour': (now.wakeUps - wakeUps) * hour }]
        }),
      )
    }
    const measure = (name: string) => async () => {
      if (asked % Object.keys(wires).length === 0) counting = count()
      asked += 1
      return (await counting)?.[name] ?? {}
    }

    return {
      sides: { [shown]: measure(shown), [hidden]: measure(hidden), [rival]: measure(rival) },
      async end() {
        await browser.close()
        peer.close()
        for (const wire of Object.values(wires)) await wire.close()
        await theirs.stop()
        await stop()
      },
    }
  },
}
