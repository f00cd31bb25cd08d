import { Worker } from 'node:worker_threads'
import { createWaiting, type Waiting } from '../../shared/waiting.ts'

/*
 * bcrypt on one thread below everybody else: with the least priority that the system knows, it takes what the others leave
 * of the machine, so that a lecture hall which signs in at once delays nobody's message. On Linux a priority is a thread's
 * own. Elsewhere it would be the whole process's, and the thread goes without.
 */

/** In words of its own, since what loads our modules (tsx, Vite's build, vitest) each finds a file of a thread in another way. */
const THREAD = `
  import { createRequire } from 'node:module'
  import { constants, setPriority } from 'node:os'
  import { parentPort, workerData } from 'node:worker_threads'

  const bcrypt = createRequire(workerData)('bcrypt')
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW)
  parentPort.on('message', ({ call, values }) => {
    try {
      parentPort.postMessage({ answer: bcrypt[call](...values) })
    } catch (error) {
      parentPort.postMessage({ error })
    }
  })
`

export interface HashingThread {
  hash(password: string, cost: number): Promise<string>
  compare(password: string, hash: string): Promise<boolean>
}

/** The thread begins with the first call, and holds the process up only while one is under way. */
export function createHashingThread(): HashingThread {
  /** Answered in their order. */
  let waiting: Waiting<unknown>[] = []
  let worker: Worker | undefined

  function start(): Worker {
    const started = new Worker(new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`), {
      workerData: import.meta.url,
    })
    started.on('message', ({ answer, error }: { answer?: unknown; error?: unknown }) => {
      const one = waiting.shift()
      if (waiting.length === 0) started.unref()
      if (error === undefined) one?.resolve(answer)
      else one?.reject(error)
    })
    started.on('error', fail)
    started.on('exit', () => fail(new Error('the thread that hashes passwords ended')))
    return started

    /** Whatever ended it, the next call begins another one. */
    function fail(error: unknown): void {
      if (worker !== started) return
      worker = undefined
      const lost = waiting
      waiting = []
      for (const { reject } of lost) reject(error)
    }
  }

  function run(call: 'hashSync' | 'compareSync', ...values: (string | number)[]): Promise<unknown> {
    const one = createWaiting<unknown>()
    worker ??= start()
    waiting.push(one)
    worker.ref()
    worker.postMessage({ call, values })
    return one.promise
  }

  return {
    hash: async (password, cost) => String(await run('hashSync', password, cost)),
    compare: async (password, hash) => (await run('compareSync', password, hash)) === true,
  }
}
