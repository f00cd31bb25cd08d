import { createChatboxClient } from './chatbox.ts'
import { createTally, type LoadClient, type LoadPerson, type LoadTarget, type Tally } from './client.ts'
import { unreachable } from '../../../shared/unreachable.ts'
import { createLaravelClient } from './laravel.ts'
import { createRawClient } from './raw-ws.ts'
import { createSocketIoClient } from './socket-io.ts'
import { createWork, type Work } from './work.ts'

/*
 * The process of a load, apart from the server that it is put on: told what to do by `start-load.ts`. What stops it ends
 * the bench with a word, for a load that went on with fewer sockets would measure something else.
 */
export type Told = { target: LoadTarget } | { id: number; work: keyof Work; options: unknown }
export type Answer = { id: number; answer: unknown } | { failed: string }

let work: Work | undefined

process.on('message', (told: Told) => {
  if ('target' in told) {
    const tally = createTally()
    const { target } = told
    work = createWork(
      target.people.map((person) => createClient(target, person, tally)),
      tally,
    )
    return
  }
  const { id, work: name, options } = told
  const run = work?.[name] as (options: unknown) => Promise<unknown>
  run(options).then((answer) => say({ id, answer }), fail)
})
process.on('disconnect', () => process.exit())
process.on('uncaughtException', fail)

function say(answer: Answer): void {
  process.send?.(answer)
}

function fail(error: unknown): void {
  say({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}

function createClient(target: LoadTarget, person: LoadPerson, tally: Tally): LoadClient {
  const port = person.port ?? target.port
  switch (target.speaks) {
    case 'chatbox':
      return createChatboxClient(port, person, target.cursor, tally)
    case 'raw-ws':
      return createRawClient(port, person, tally)
    case 'socket-io':
      return createSocketIoClient(port, person, tally)
    case 'laravel':
      return createLaravelClient(port, person, tally)
    default:
      return unreachable(target.speaks)
  }
}
