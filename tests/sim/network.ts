import type { ServerProcess } from './process.ts'
import type { World } from './world.ts'

/*
 * What lies between one device and the servers: up or down. It delays everything, loses what is on it when it is cut,
 * and does not always say so.
 */
export interface Network {
  readonly isUp: boolean
  /** Lets no WebSocket through. */
  readonly hasSockets: boolean
  /** Drains so slowly that the server's buffers fill. */
  readonly isSlow: boolean
  /** Grows with each cut: what was on the way before it never arrives. */
  readonly cuts: number
  /** While it is down, a sign-in page answers instead of nobody. */
  readonly hasPortal: boolean
  /** Whose device it is; undefined of a student's browser, of which nobody knows. */
  readonly userId: string | undefined
  /** The browser's, and so the same for all its tabs. */
  cookie: string
  /** A device of the version before, until it is updated in the calm time: see `version-before.ts`. */
  readonly isOld: boolean
  delay(): number
  /** Any of the processes that run, as a load balancer without sticky sessions picks one. */
  findProcess(): ServerProcess | undefined
  cut(): void
  mend(): void
}

export function createNetwork(
  world: World,
  findProcess: () => ServerProcess | undefined,
  userId: string | undefined,
): Network {
  const { chance, faults, isRough, isCalm } = world
  let isUp = true
  let cuts = 0
  let hasPortal = false
  const isBad = (is: boolean, likeliness: number) => is && chance.happens(likeliness)
  const lacksSockets = isBad(faults.noSockets, 0.5)
  const isSlow = isBad(faults.slowSockets, 0.5)
  const isOld = isBad(faults.oldDevices, 0.5)
  return {
    get isOld() {
      return isOld && !isCalm()
    },
    cookie: '',
    userId,
    findProcess,
    get isUp() {
      return isUp
    },
    get cuts() {
      return cuts
    },
    get hasPortal() {
      return hasPortal
    },
    get hasSockets() {
      return !lacksSockets
    },
    get isSlow() {
      return isSlow && isRough()
    },
    delay: () => chance.between(1, isRough() ? 300 : 20),
    cut() {
      isUp = false
      cuts += 1
      hasPortal = faults.proxies && chance.happens(0.4)
    },
    mend: () => (isUp = true),
  }
}
