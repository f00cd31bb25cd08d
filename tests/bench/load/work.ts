import { median, percentile } from '../ratio.ts'
import type { LoadClient, Tally } from './client.ts'

/** What a load can be told to do; each answers with what it measured. */
export interface Work {
  /** Connects all, so many at a time. */
  connect(options: { atOnce: number }): Promise<{ ms: number; turnedAway: number }>
  /** Each of the first `senders` keeps `inFlight` sends under way. */
  saturate(options: { senders: number; inFlight: number; seconds: number }): Promise<{
    sends: number
    seconds: number
    received: number
    p50: number
    p99: number
  }>
  /** One sends again as soon as it is answered, or after `everyMs`. */
  sendAlone(options: { sends: number; everyMs?: number }): Promise<{ p50: number; p99: number; most: number }>
  /**
   * The others send one after the other, `everyMs` apart, while one sends `flood` messages of 10 kB at once, each time another
   * one; what is refused of those is given up.
   */
  sendDuringFlood(options: { sends: number; everyMs: number; flood: number }): Promise<{
    p50: number
    p99: number
    taken: number
  }>
  /** One sends `burst` messages at once, and goes on when all clients have all of them. */
  fanOut(options: {
    rounds: number
    burst: number
  }): Promise<{ received: number; seconds: number; p50: number; most: number }>
  /** All but the last `writers`, one for each conversation, are cut, and miss what these write: `missed` messages each. */
  cutAndMiss(options: { writers: number; missed: number }): Promise<void>
  /** Those come back at once; it ends when all hear what is new, and have what they missed where the server tells it. */
  comeBack(options: { writers: number; missed: number; isTold: boolean }): Promise<{ ms: number; turnedAway: number }>
  /** The bytes that came to the last client, who did not send, over its socket. */
  bytes(): Promise<{ bytes: number; received: number }>
}

/** Sixty letters, as a message has. */
const TEXT = 'Is anybody still in the library? I left my charger upstairs.'

const LONG_TEXT = 'x'.repeat(10_000)
/** Of whom one floods each time: whoever did is slowed down for a while. */
const FLOODERS = 20
/** Fewer than close a socket. */
const UNANSWERED = 100

export function createWork(clients: readonly LoadClient[], tally: Tally): Work {
  let floods = 0
  /** Whose turn it is to send. */
  let turn = 0

  async function connectAll(those: readonly LoadClient[], atOnce: number) {
    const began = performance.now()
    let turnedAway = 0
    const waiting = those.values()
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const client of waiting) turnedAway += await client.connect()
      }),
    )
    return { ms: performance.now() - began, turnedAway }
  }

  return {
    connect: ({ atOnce }) => connectAll(clients, atOnce),

    async saturate({ senders, inFlight, seconds }) {
      const times: number[] = []
      const before = tally.received
      const began = performance.now()
      const end = began + seconds * 1_000
      await Promise.all(
        clients.slice(0, senders).flatMap((client) =>
          Array.from({ length: inFlight }, async () => {
            while (performance.now() < end) {
              const sent = performance.now()
              await client.send(TEXT)
              times.push(performance.now() - sent)
            }
          }),
        ),
      )
      const took = (performance.now() - began) / 1_000
      return {
        ...{ sends: times.length, seconds: took, received: tally.received - before },
        ...{ p50: median(times), p99: percentile(times, 99) },
      }
    },

    async sendAlone({ sends, everyMs = 0 }) {
      const [client] = clients
      const times: number[] = []
      for (let sent = 0; sent < sends; sent += 1) {
        const began = performance.now()
        await client?.send(TEXT)
        times.push(performance.now() - began)
        if (everyMs > 0) await new Promise((resolve) => setTimeout(resolve, everyMs))
      }
      return { p50: median(times), p99: percentile(times, 99), most: Math.max(...times) }
    },

    async sendDuringFlood({ sends, everyMs, flood }) {
      floods += 1
      const flooder = clients[floods % FLOODERS]
      const others = clients.slice(FLOODERS)
      let taken = 0
      let left = flood
      const flooding = Promise.all(
        Array.from({ length: UNANSWERED }, async () => {
          while ((left -= 1) >= 0) {
            const isTaken = flooder?.send(LONG_TEXT).then(
              () => true,
              () => false,
            )
            if ((await isTaken) === true) taken += 1
          }
        }),
      )
      const times: number[] = []
      const sending = Array.from({ length: sends }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, index * everyMs))
        const sent = performance.now()
        turn += 1
        await others[turn % others.length]?.send(TEXT)
        times.push(performance.now() - sent)
      })
      await Promise.all([...sending, flooding])
      return { p50: median(times), p99: percentile(times, 99), taken }
    },

    async fanOut({ rounds, burst }) {
      const [client] = clients
      const before = tally.received
      const times: number[] = []
      for (let round = 1; round <= rounds; round += 1) {
        const began = performance.now()
        await Promise.all(Array.from({ length: burst }, () => client?.send(TEXT)))
        await tally.reach(before + round * burst * clients.length)
        times.push(performance.now() - began)
      }
      const seconds = times.reduce((sum, ms) => sum + ms, 0) / 1_000
      return { received: tally.received - before, seconds, p50: median(times), most: Math.max(...times) }
    },

    async cutAndMiss({ writers, missed }) {
      for (const client of clients.slice(0, -writers)) client.cut()
      // What somebody wrote comes to themselves too.
      const before = tally.received
      await Promise.all(
        clients.slice(-writers).map(async (writer) => {
          for (let sent = 0; sent < missed; sent += 1) await writer.send(TEXT)
        }),
      )
      await tally.reach(before + writers * missed)
    },

    async comeBack({ writers, missed, isTold }) {
      const cut = clients.slice(0, -writers)
      const before = tally.received
      const began = performance.now()
      const { turnedAway } = await connectAll(cut, cut.length)
      if (isTold) await tally.reach(before + cut.length * missed)
      return { ms: performance.now() - began, turnedAway }
    },

    async bytes() {
      return { bytes: clients.at(-1)?.bytesRead() ?? 0, received: tally.received }
    },
  }
}
