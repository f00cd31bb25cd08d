import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { LoadTarget } from './client.ts'
import type { Answer, Told } from './main.ts'
import type { Work } from './work.ts'

export interface Load extends Work {
  stop(): Promise<void>
}

/** Starts a load in a process of its own, not yet connected. */
export function startLoad(target: LoadTarget): Load {
  const child = fork(join(import.meta.dirname, 'main.ts'), { execArgv: ['--import', 'tsx'] })
  const asked = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>()
  const failAll = (why: string) => {
    for (const { reject } of asked.values()) reject(new Error(why))
    asked.clear()
  }
  child.on('message', (said: Answer) => {
    if ('failed' in said) return failAll(said.failed)
    asked.get(said.id)?.resolve(said.answer as never)
    asked.delete(said.id)
  })
  child.once('exit', (code) => failAll(`the load ended with ${code}`))
  const tell = (told: Told) => child.send(told)
  tell({ target })
  let ids = 0
  const ask =
    <Name extends keyof Work>(work: Name) =>
    (options?: unknown) =>
      new Promise<Awaited<ReturnType<Work[Name]>>>((resolve, reject) => {
        ids += 1
        asked.set(ids, { resolve, reject })
        tell({ id: ids, work, options })
      })
  return {
    connect: ask('connect'),
    saturate: ask('saturate'),
    sendAlone: ask('sendAlone'),
    sendDuringFlood: ask('sendDuringFlood'),
    fanOut: ask('fanOut'),
    cutAndMiss: ask('cutAndMiss'),
    comeBack: ask('comeBack'),
    bytes: ask('bytes'),
    async stop() {
      if (child.exitCode !== null) return
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
