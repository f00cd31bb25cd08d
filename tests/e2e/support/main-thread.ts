import type { Browser } from '@playwright/test'

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
