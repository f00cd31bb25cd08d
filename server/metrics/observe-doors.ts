import { Gauge, type Registry } from 'prom-client'
import type { SocketDoor } from '../live/sockets.ts'
import type { Connection } from '../live/connection.ts'
import { createTally } from './tally.ts'

export interface SocketObserver {
  onSocket(change: 1 | -1): void
  /** We closed it, with this code. */
  onClose?(code: number): void
}

/** A door whose sockets are counted while they are open. */
export function watchDoor(door: SocketDoor, observer: SocketObserver): SocketDoor {
  return {
    find(path) {
      const admit = door.find(path)
      if (admit === undefined) return undefined
      return async (headers) => {
        const admission = await admit(headers)
        if ('code' in admission) {
          observer.onClose?.(admission.code)
          return admission
        }
        return {
          connect(socket) {
            const close = (code: number, reason: string) => {
              observer.onClose?.(code)
              socket.close(code, reason)
            }
            return countOpen(admission.connect({ ...socket, close }), observer)
          },
        }
      }
    },
  }
}

function countOpen(connection: Connection, observer: SocketObserver): Connection {
  observer.onSocket(1)
  let isOpen = true
  return {
    ...connection,
    onClosed() {
      if (isOpen) observer.onSocket(-1)
      isOpen = false
      connection.onClosed()
    },
  }
}

/** Of the campus: how many are open now, and with which code we closed others. */
export function createSocketObserver(registry: Registry): Required<SocketObserver> {
  let open = 0
  new Gauge({
    name: 'chatbox_sockets',
    help: 'Open sockets of the campus: devices that are connected to this process.',
    registers: [registry],
    collect() {
      this.set(open)
    },
  })
  const closes = createTally(registry, {
    name: 'chatbox_socket_closes_total',
    help: 'Sockets of the campus that this process closed or did not let in, by the close code of the protocol.',
    labels: ['code'],
  })
  return {
    onSocket: (change) => (open += change),
    onClose: (code) => closes.add([String(code)]),
  }
}
