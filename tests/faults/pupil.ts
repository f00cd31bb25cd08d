import * as v from 'valibot'
import { WebSocket } from 'ws'
import { classroomDownFrame } from '../../shared/classroom/frames.ts'
import { classroomPullPage } from '../../shared/classroom/http.ts'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import { CLASSROOM_VERSION } from '../../shared/classroom/version.ts'

/** A simulated student: follows a classroom's log as the contract says, over a socket that may break at any moment. */
export interface Pupil {
  readonly rows: ReadonlyMap<string, ClassroomLogRow>
  readonly cursor: number
  /** Cuts the socket; a new one is opened a moment later, with another process if one is named. */
  breakOff(url?: string): void
  stop(): void
}

export function createPupil(url: string, id: string, onError: (error: unknown) => void): Pupil {
  const rows = new Map<string, ClassroomLogRow>()
  let base = url
  let cursor = 0
  let epoch = ''
  let stopped = false
  let socket = connect()

  function apply(changed: readonly ClassroomLogRow[], to: number): void {
    for (const row of changed) rows.set(`${row.type}/${'id' in row ? row.id : ''}`, row)
    cursor = to
  }

  async function pull(): Promise<void> {
    for (;;) {
      const answer = await fetch(`${base}/q/api/${id}/pull?epoch=${epoch}&cursor=${cursor}`)
      const page = v.parse(classroomPullPage, await answer.json())
      epoch = page.epoch
      apply(page.rows, page.to)
      if (page.to >= page.head) return
    }
  }

  function connect(): WebSocket {
    const opened = new WebSocket(`${base.replace(/^http/, 'ws')}/q/api/${id}/socket`)
    const say = (frame: unknown) => {
      if (opened.readyState === WebSocket.OPEN) opened.send(JSON.stringify(frame))
    }
    let catchingUp = false
    const catchUp = () => {
      if (catchingUp) return
      catchingUp = true
      pull().then(
        () => {
          catchingUp = false
          say({ type: 'resume', cursor })
        },
        (error: unknown) => {
          catchingUp = false
          if (!stopped && opened === socket) onError(error)
        },
      )
    }
    opened.on('open', () => say({ type: 'hello', protocol: CLASSROOM_VERSION, epoch, cursor }))
    opened.on('message', (content: Buffer) => {
      const frame = v.parse(classroomDownFrame, JSON.parse(content.toString()))
      if (frame.type === 'rows') {
        if (frame.from === cursor && !catchingUp) apply(frame.rows, frame.to)
        else catchUp()
      } else if (frame.type === 'ping') {
        say({ type: 'pong' })
        if (frame.head > cursor) catchUp()
      } else if (frame.type === 'behind' || frame.epoch !== epoch) catchUp()
    })
    opened.on('error', () => undefined)
    opened.on('close', () => {
      if (stopped || opened !== socket) return
      setTimeout(() => {
        if (!stopped) socket = connect()
      }, 50)
    })
    return opened
  }

  return {
    rows,
    get cursor() {
      return cursor
    },
    breakOff(other = base) {
      base = other
      socket.terminate()
    },
    stop() {
      stopped = true
      socket.terminate()
    },
  }
}
