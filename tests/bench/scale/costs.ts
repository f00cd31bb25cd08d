import type { Result } from '../results.ts'

/** What one of each thing costs a server, as the bench measured it. */
export interface Costs {
  /** CPU of the process that takes a send, until it is acknowledged and told to its own sockets. */
  sendCpuMs: number
  /** CPU of every other process, for each send, whether somebody there hears of it or not. */
  heardSendCpuMs: number
  /** CPU of a message on its way into one more socket. */
  deliveryCpuMs: number
  /** CPU of a socket that comes back, is let in and gets what it missed. */
  resumeCpuMs: number
  resumeStatements: number
  sendStatements: number
  idleSocketBytes: number
  storedMessageBytes: number
  /** Of who missed a message, and of who hears it at once. */
  catchUpBytes: number
  liveBytes: number
  /** What one log takes in a second, its commits on disk. */
  logSendsPerSecond: number
}

/** Where each comes from: a side of a row. */
const SOURCES = {
  sendCpuMs: ['send', 'ChatBox on MariaDB', 'cpu ms'],
  logSendsPerSecond: ['send', 'ChatBox on MariaDB', 'sends/s'],
  deliveriesPerCore: ['fanout', 'ChatBox', 'messages/s a core'],
  cpuOfOne: ['processes', '1', 'cpu ms'],
  cpuOfFour: ['processes', '4', 'cpu ms'],
  sendStatements: ['processes', '1', 'statements a send'],
  stormCpuMs: ['storm', 'groups', 'cpu ms a client'],
  resumeStatements: ['storm', 'groups', 'statements a client'],
  idleSocketKb: ['idle-memory', 'ChatBox', 'kB a socket'],
  storedMessageBytes: ['history', '10^6 messages', 'stored bytes a message'],
  catchUpBytes: ['bytes-catchup', 'ChatBox', 'bytes a message'],
  liveBytes: ['bytes-live', 'ChatBox', 'bytes a message'],
} as const

export const COST_ROWS: readonly string[] = [...new Set(Object.values(SOURCES).map(([row]) => row))]

export function findMissing(results: readonly Result[]): string[] {
  return COST_ROWS.filter((row) => !results.some((result) => result.row === row))
}

/** Throws with the rows that have to run first. */
export function toCosts(results: readonly Result[]): Costs {
  const missing = findMissing(results)
  if (missing.length > 0) throw new Error(`Run these first: npm run bench -- ${missing.join(' ')}`)
  const find = (name: keyof typeof SOURCES) => {
    const [row, side, quantity] = SOURCES[name]
    const value = results.find((result) => result.row === row)?.besides[side]?.[quantity]
    if (value === undefined) throw new Error(`The row ${row} did not measure ${quantity} of ${side}: run it again`)
    return value
  }
  return {
    sendCpuMs: find('sendCpuMs'),
    // Three others heard of each; noise must not make hearing a gain.
    heardSendCpuMs: Math.max(0, (find('cpuOfFour') - find('cpuOfOne')) / 3),
    deliveryCpuMs: 1_000 / find('deliveriesPerCore'),
    resumeCpuMs: find('stormCpuMs'),
    resumeStatements: find('resumeStatements'),
    sendStatements: find('sendStatements'),
    idleSocketBytes: find('idleSocketKb') * 1_000,
    storedMessageBytes: find('storedMessageBytes'),
    catchUpBytes: find('catchUpBytes'),
    liveBytes: find('liveBytes'),
    logSendsPerSecond: find('logSendsPerSecond'),
  }
}
