import type { Chance } from './scheduler.ts'

/*
 * What goes wrong in one run. Each seed has some of these and not the others, so that each of them is met alone and
 * together with every other one, and a run stays short. The rest is in every run: a network that is cut, delays and
 * loses, apps and servers that are killed.
 */
export interface Faults {
  /** The operator puts a backup back, while nothing runs, without a word. */
  restore: boolean
  /** The database fails over to a replica that lacks the last commits, while everything runs. */
  failover: boolean
  /** The database is busy, full or away for a while. */
  store: boolean
  /** Requests arrive twice, the second time perhaps long after. */
  duplicates: boolean
  /** Proxies answer by themselves, portals answer everything. */
  proxies: boolean
  /** Sockets that drain so slowly that the server stops feeding them. */
  slowSockets: boolean
  /** Networks that let no WebSocket through. */
  noSockets: boolean
  /** Several tabs, of which any may lead; they freeze, and the lead is stolen. */
  tabs: boolean
  /** The device's store is full or fails for a while; or slow. */
  fullDisk: boolean
  slowDisk: boolean
  /** The browser throws away what it stored. */
  eviction: boolean
  /** Clocks that are years off, and set. */
  clocks: boolean
  /** A server's clock that is months ahead for a while. */
  serverClock: boolean
  /** Sessions end, and their people sign in again. */
  sessions: boolean
  /** The bus is away for a while. */
  busAway: boolean
  /** The service worker syncs by itself. */
  serviceWorker: boolean
  /** Devices, or processes, of the version before. */
  oldDevices: boolean
  oldProcesses: boolean
  /** The second classroom is limited to a group: questions and votes cost tokens. */
  tokens: boolean
  /** Messages carry files. Drawn apart, so that a run without is what it was before there were any. */
  files: boolean
  /** A device that has missed a few messages takes itself for far behind, and a page of the newest is short. Drawn apart too. */
  far: boolean
  /** So many people that devices hold only those whom they meet; newcomers register, and what makes a crowd is set anew. Drawn apart too. */
  crowd: boolean
  /** Whoever writes much is slowed down. Drawn apart too. */
  limits: boolean
  /** People block each other, want to be asked and leave for good. Drawn apart too. */
  contacts: boolean
}

const LIKELINESS: Readonly<Record<Exclude<keyof Faults, 'files' | 'far' | 'crowd' | 'limits' | 'contacts'>, number>> = {
  restore: 0.25,
  failover: 0.2,
  store: 0.3,
  duplicates: 0.5,
  proxies: 0.3,
  slowSockets: 0.2,
  noSockets: 0.25,
  tabs: 0.4,
  fullDisk: 0.2,
  slowDisk: 0.3,
  eviction: 0.15,
  clocks: 0.3,
  serverClock: 0.1,
  sessions: 0.4,
  busAway: 0.25,
  serviceWorker: 0.3,
  oldDevices: 0.15,
  oldProcesses: 0.15,
  tokens: 0.2,
}

const FILES_LIKELINESS = 0.35
const FAR_LIKELINESS = 0.5
const CROWD_LIKELINESS = 0.3
const CONTACTS_LIKELINESS = 0.3
const LIMITS_LIKELINESS = 0.3

/** Not both: who is slowed down comes to rest late, and blocking takes commands of its own. */
function drawOne(apart: Chance): Pick<Faults, 'limits' | 'contacts'> {
  const limits = apart.happens(LIMITS_LIKELINESS)
  return { limits, contacts: apart.happens(CONTACTS_LIKELINESS) && !limits }
}

export function drawFaults(chance: Chance, apart: Chance): Faults {
  const drawn = Object.fromEntries(
    Object.entries(LIKELINESS).map(([name, likeliness]) => [name, chance.happens(likeliness)]),
  ) as Record<keyof typeof LIKELINESS, boolean>
  // Who knows no lineage does not notice that a log was put back, as long as it is not ahead of it; and what a
  // browser threw away it cannot offer again. Neither was ever promised.
  if (drawn.restore || drawn.failover) drawn.oldDevices = drawn.oldProcesses = drawn.eviction = false
  return {
    ...drawn,
    files: apart.happens(FILES_LIKELINESS),
    far: apart.happens(FAR_LIKELINESS),
    crowd: apart.happens(CROWD_LIKELINESS),
    ...drawOne(apart),
  }
}
