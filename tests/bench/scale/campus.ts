import type { Costs } from './costs.ts'

/** How people are, and what machines cost: assumptions, each of them to be argued with. */
export const ASSUMED = {
  /** Of all with an account, at the busiest moment. */
  onlineShare: 0.3,
  messagesPerPersonAndDay: 20,
  /** The busiest second beside the mean of a day. */
  peakFactor: 10,
  /** Sockets that hear of a message at once. */
  hearers: 8,
  /** A campus Wi-Fi drops each phone so often. */
  resumesPerSocketAndHour: 12,
  /** Messages of a day that somebody missed, and catches up on later. */
  caughtUpPerPersonAndDay: 60,
  /** Of a core that answers in time, and of a process's memory before any socket. */
  coreUsable: 0.6,
  processBytes: 150e6,
  /** What one MariaDB answers beside its commits. */
  databaseStatementsPerSecond: 20_000,
  /** What one Redis passes on to its subscribers. */
  redisBytesPerSecond: 400e6,
  /** A batch on the bus carries rows as JSON. */
  busBytesPerSend: 500,
  /** Everyone is told something and all are to have it on their screens within so many seconds; after a cut, all are back. */
  announcedWithinSeconds: 2,
  backWithinSeconds: 30,
  eurosPerCoreAndMonth: 15,
  eurosPerGbMemoryAndMonth: 3,
  eurosPerGbDiskAndMonth: 0.1,
  eurosPerTbTraffic: 2,
} as const

/** What a campus in one log needs at its busiest, and what it costs. */
export interface Needs {
  people: number
  online: number
  sendsPerSecond: number
  deliveriesPerSecond: number
  resumesPerSecond: number
  /** Infinity where no number of processes is enough, for each has to hear of every send. */
  processes: number
  cores: number
  memoryBytes: number
  diskBytesPerYear: number
  trafficBytesPerMonth: number
  databaseStatementsPerSecond: number
  eurosPerMonth: number
}

const DAY_SECONDS = 86_400
const MONTH_DAYS = 30

export function toNeeds(costs: Costs, people: number): Needs {
  const online = people * ASSUMED.onlineShare
  const messagesPerDay = people * ASSUMED.messagesPerPersonAndDay
  const sendsPerSecond = (messagesPerDay / DAY_SECONDS) * ASSUMED.peakFactor
  const deliveriesPerSecond = sendsPerSecond * ASSUMED.hearers
  const resumesPerSecond = (online * ASSUMED.resumesPerSocketAndHour) / 3_600
  const shared =
    (sendsPerSecond * costs.sendCpuMs +
      deliveriesPerSecond * costs.deliveryCpuMs +
      resumesPerSecond * costs.resumeCpuMs) /
    1_000
  const heard = (sendsPerSecond * costs.heardSendCpuMs) / 1_000
  const left = ASSUMED.coreUsable - heard
  const processes = left <= 0 ? Infinity : Math.max(1, Math.ceil((shared - heard) / left))
  const cores = processes === Infinity ? Infinity : shared + heard * (processes - 1)
  const memoryBytes = online * costs.idleSocketBytes + processes * ASSUMED.processBytes
  const diskBytesPerYear = messagesPerDay * 365 * costs.storedMessageBytes
  const trafficBytesPerMonth =
    MONTH_DAYS *
    people *
    (ASSUMED.messagesPerPersonAndDay * ASSUMED.hearers * costs.liveBytes +
      ASSUMED.caughtUpPerPersonAndDay * costs.catchUpBytes)
  return {
    ...{ people, online, sendsPerSecond, deliveriesPerSecond, resumesPerSecond, processes, cores },
    ...{ memoryBytes, diskBytesPerYear, trafficBytesPerMonth },
    databaseStatementsPerSecond: sendsPerSecond * costs.sendStatements + resumesPerSecond * costs.resumeStatements,
    eurosPerMonth:
      processes * ASSUMED.eurosPerCoreAndMonth +
      (memoryBytes / 1e9) * ASSUMED.eurosPerGbMemoryAndMonth +
      (diskBytesPerYear / 1e9) * ASSUMED.eurosPerGbDiskAndMonth +
      (trafficBytesPerMonth / 1e12) * ASSUMED.eurosPerTbTraffic,
  }
}

/** How much of a limit is used at some size, and what has to become of the design before it is reached. */
export interface Strain {
  what: string
  used: number
  change: string
}

/** Everything that ends somewhere, the most strained first. `processes` are those that one log runs in. */
export function toStrains(costs: Costs, people: number, processes: number): Strain[] {
  const needs = toNeeds(costs, people)
  const strains: Strain[] = [
    {
      what: 'the log: commits one after another',
      used: needs.sendsPerSecond / costs.logSendsPerSecond,
      change: 'a log for each faculty, as classrooms have: conversations within one, people in several',
    },
    {
      what: 'every process hears of every send',
      used: (needs.sendsPerSecond * costs.heardSendCpuMs) / 1_000 / ASSUMED.coreUsable,
      change:
        'channels by conversation on the bus, and a batch without its rows to a process that has no listener for them',
    },
    {
      what: 'one message to Everyone, on all screens in time',
      used:
        (needs.online * costs.deliveryCpuMs) /
        1_000 /
        Math.min(processes, needs.processes) /
        ASSUMED.announcedWithinSeconds,
      change: 'more processes than the mean asks for, or a tree of relays that know nothing but sockets',
    },
    {
      what: 'all come back after a cut',
      used:
        (needs.online * costs.resumeCpuMs) / 1_000 / Math.min(processes, needs.processes) / ASSUMED.backWithinSeconds,
      change: 'spread the coming back over the time that is left (the server says when), and answer from memory',
    },
    {
      what: 'statements of the database',
      used:
        (needs.sendsPerSecond * costs.sendStatements +
          (needs.online * costs.resumeStatements) / ASSUMED.backWithinSeconds) /
        ASSUMED.databaseStatementsPerSecond,
      change: 'sessions and rosters from memory; reading from replicas that have reached the head',
    },
    {
      what: 'Redis: each batch to each process',
      used:
        (needs.sendsPerSecond * ASSUMED.busBytesPerSend * Math.min(processes, needs.processes)) /
        ASSUMED.redisBytesPerSecond,
      change: 'a Redis for each campus, then sharded channels',
    },
  ]
  return strains.sort((one, other) => other.used - one.used)
}
