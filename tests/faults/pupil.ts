import { WebSocket } from 'ws'
import { createStudentApi } from '../../client/sync/classroom/api.ts'
import { NO_REFILL } from '../../client/sync/classroom/refill-tokens.ts'
import { startStudent } from '../../client/sync/classroom/follow-student.ts'
import { systemClock } from '../../shared/clock.ts'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import { createClassroomDisk, createMemoryStorage } from '../sim/memory-classroom.ts'

/** A student's page without its screens, against a real server process: the app's own engine, over a socket that may break at any moment. */
export interface Pupil {
  rows(): ReadonlyMap<string, ClassroomLogRow>
  cursor(): number
  /** Cuts the socket; the next one is opened with another process if one is named. */
  breakOff(url?: string): void
  stop(): void
}

export function createPupil(url: string, id: string, onError: (error: unknown) => void): Pupil {
  const disk = createClassroomDisk()
  let base = url
  let socket: WebSocket | undefined
  const engine = startStudent({
    environment: {
      clock: systemClock,
      random: Math.random,
      onWake: () => () => undefined,
      openSocket(events, path) {
        const opened = new WebSocket(new URL(path ?? '', base.replace(/^http/, 'ws')))
        opened.on('open', () => events.onOpen())
        opened.on('message', (content: Buffer) => events.onMessage(content.toString()))
        opened.on('close', (code) => events.onClose(code))
        opened.on('error', () => undefined)
        socket = opened
        return { send: (text) => opened.send(text), close: () => opened.close() }
      },
    },
    storage: createMemoryStorage(disk, () => true),
    api: createStudentApi((path, init) => fetch(new URL(path, base), init), id),
    linkKeyHash: null,
    tokens: NO_REFILL,
    onError,
  })
  return {
    rows() {
      const { classroom, questions, replies, polls } = disk
      const all = [classroom, questions, replies, polls].flatMap(({ rows }) => [...rows.values()])
      return new Map(all.map((row) => [`${row.type}/${row.id}`, row]))
    },
    cursor: () => disk.position.cursor,
    breakOff(other = base) {
      base = other
      socket?.terminate()
    },
    stop() {
      socket?.terminate()
      engine.stop().catch(onError)
    },
  }
}
