import { Gauge, type Registry } from 'prom-client'
import type { Readiness } from '../ops/readiness.ts'

/** How things stand at the moment of a scrape. */
export interface ServerState {
  version: string
  readiness: Pick<Readiness, 'check'>
  /** Where the campus log stands in the database. */
  findHead(): Promise<number>
  /** Where it stands as far as this process has heard. */
  position(): number
  bus: { isThere(): boolean }
  /** Undefined where there is no Redis. */
  redis: { isThere(): boolean } | undefined
}

/** A database that hangs must not take the other figures along. */
const ANSWER_WITHIN_MS = 1_000

export function watchState(registry: Registry, state: ServerState): void {
  const registers = [registry]
  new Gauge({
    ...{ name: 'chatbox_info', help: '1, with the version of this process.', labelNames: ['version'], registers },
    collect() {
      this.set({ version: state.version }, 1)
    },
  })
  new Gauge({
    name: 'chatbox_ready_part',
    help: 'Whether a part is as /api/ready wants it, 1 or 0. The bus is no reason not to be ready.',
    labelNames: ['part'],
    registers,
    async collect() {
      const { parts } = await state.readiness.check()
      for (const [part, value] of Object.entries(parts)) this.set({ part }, Number(value === 'ok'))
    },
  })
  new Gauge({
    ...{ name: 'chatbox_ready', help: 'Whether people may be sent here, 1 or 0: what /api/ready answers.', registers },
    async collect() {
      this.set(Number((await state.readiness.check()).status === 'ready'))
    },
  })
  new Gauge({
    name: 'chatbox_log_position',
    help: 'Where the campus log stands as far as this process has heard.',
    registers,
    collect() {
      this.set(state.position())
    },
  })
  new Gauge({
    name: 'chatbox_log_head',
    help: 'Where the campus log stands in the database. This process is behind while it is more than its position.',
    registers,
    async collect() {
      this.reset()
      const head = await within(ANSWER_WITHIN_MS, state.findHead())
      this.set(head ?? Number.NaN)
    },
  })
  new Gauge({
    name: 'chatbox_bus_connected',
    help: 'Whether news go to and come from other processes, 1 or 0; 1 in a process that is alone.',
    registers,
    collect() {
      this.set(Number(state.bus.isThere()))
    },
  })
  const { redis } = state
  if (redis === undefined) return
  new Gauge({
    name: 'chatbox_redis_connected',
    help: 'Whether Redis answers this process where it counts tries and locks uploads, 1 or 0.',
    registers,
    collect() {
      this.set(Number(redis.isThere()))
    },
  })
}

/** Undefined when it fails or takes longer. */
async function within<Answer>(ms: number, answer: Promise<Answer>): Promise<Answer | undefined> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  const first = await Promise.race([answer.catch(() => undefined), tooLate])
  clearTimeout(timer)
  return first
}
