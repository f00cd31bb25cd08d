import type { Bus, BusListener } from './bus.ts'
import type { ClassroomListener } from './classrooms.ts'
import type { SignalListener } from './signals.ts'

/**
 * The bus of a single process. Listeners hear at once, in the order in which it was said; what one of
 * them throws reaches whoever spoke, after the others have heard.
 */
export function createMemoryBus(): Bus {
  const listeners = new Set<BusListener>()
  const signalListeners = new Set<SignalListener>()
  const classroomListeners = new Set<ClassroomListener>()
  const tell = (word: (listener: BusListener) => void) => tellAll(listeners, word)
  const signal = (word: (listener: SignalListener) => void) => tellAll(signalListeners, word)
  const tellOfClassroom = (word: (listener: ClassroomListener) => void) => tellAll(classroomListeners, word)
  return {
    publishBatch: (batch) => tell((listener) => listener.onBatch(batch)),
    publishSessionsEnded: (ids) => tell((listener) => listener.onSessionsEnded(ids)),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publishTyping: (typing) => signal((listener) => listener.onTyping(typing)),
    askPresence: (question) => signal((listener) => listener.onPresenceAsked(question)),
    publishPresence: (presence) => signal((listener) => listener.onPresence(presence)),
    listenToSignals(listener) {
      signalListeners.add(listener)
      return () => signalListeners.delete(listener)
    },
    publishClassroomChange: (change) => tellOfClassroom((listener) => listener.onChanged(change)),
    publishDeviceCount: (count) => tellOfClassroom((listener) => listener.onDevices(count)),
    listenToClassrooms(listener) {
      classroomListeners.add(listener)
      return () => classroomListeners.delete(listener)
    },
    async close() {
      listeners.clear()
      signalListeners.clear()
      classroomListeners.clear()
    },
  }
}

function tellAll<Listener>(listeners: ReadonlySet<Listener>, word: (listener: Listener) => void): void {
  const errors: unknown[] = []
  for (const listener of listeners) {
    try {
      word(listener)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}
