import { expect, type Browser } from '@playwright/test'

/** How much longer a task may take in something large: what comes with it, and chance. */
const FACTOR = 3
/** Others use this machine too, and slow ours down: the best of a few attempts tells about us. */
const ATTEMPTS = 5

interface TraceEvent {
  name: string
  pid: number
  tid: number
  /** Microseconds during which the thread had a processor. */
  tdur?: number
  args: { name?: string }
}

const threadOf = ({ pid, tid }: TraceEvent) => `${pid}-${tid}`

/**
 * The longest task, in ms, that any page of a browser has on its main thread while `work` goes on.
 * Counted is the time on a processor, not the time on the clock: on a machine that others use too, a
 * task may be made to wait as long as one likes.
 */
export async function findLongestTask(browser: Browser, work: () => Promise<void>): Promise<number> {
  await browser.startTracing(undefined, { categories: ['toplevel', '__metadata'] })
  await work()
  const trace = await browser.stopTracing()
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const mainThreads = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(threadOf),
  )
  const tasks = traceEvents.filter((event) => event.tdur !== undefined && mainThreads.has(threadOf(event)))
  if (tasks.length === 0) throw new Error('the browser recorded no tasks')
  return Math.round(tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur), 0) / 1_000)
}

/**
 * Work in something large holds the page up hardly longer than the same work in something small, in one
 * run: how quick the machine is makes no difference. Both answer with their longest task, in ms.
 */
export async function expectAsQuick(
  what: string,
  { small, large }: Record<'small' | 'large', () => Promise<number>>,
): Promise<void> {
  const longest: Record<'small' | 'large', number[]> = { small: [], large: [] }
  const holds = () => Math.min(...longest.large) <= FACTOR * Math.min(...longest.small)
  do {
    longest.small.push(await small())
    longest.large.push(await large())
  } while (longest.large.length < ATTEMPTS && !holds())
  expect(holds(), `${what}, the longest tasks in ms: ${JSON.stringify(longest)}`).toBe(true)
}
