import type { Config } from '../config.ts'

const DATABASE_CODES = /^(?:ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|PROTOCOL_|ER_)/
const FOLDER_CODES = /^(?:EACCES|EPERM|EROFS|ENOTDIR|EEXIST|SQLITE_CANTOPEN|SQLITE_READONLY)/

/** What stands in the way of a start, in one sentence that names what to do about it. */
export function toStartSentence(error: unknown, config: Config | undefined): string {
  if (!(error instanceof Error)) return 'ChatBox could not start.'
  if (config === undefined) return error.message
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'EADDRINUSE') {
    const { port, setting } = findPort(error, config)
    return `Port ${port} is taken. Stop what uses it, or set ${setting} to another one.`
  }
  if (code === 'EACCES' && 'syscall' in error && error.syscall === 'listen') {
    const { port, setting } = findPort(error, config)
    const instead =
      config.https === undefined ? '' : ', and lead here what comes to that one, or let node have it with setcap'
    return `Port ${port} needs more rights than this user has. Set ${setting} to one above 1023${instead}.`
  }
  if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(code) || ('hostname' in error && error.hostname === config.host)) {
    return `There is no address ${config.host} on this machine. Set HOST to one that it has, or leave it out.`
  }
  if (config.databaseUrl !== undefined && DATABASE_CODES.test(code)) {
    return `The database did not let us in (${code}). Start it, or correct host, user, password and database in DATABASE_URL.`
  }
  if (config.databaseUrl === undefined && FOLDER_CODES.test(code)) {
    return `The folder ${config.dataDir} cannot be written to. Change its owner, or set DATA_DIR to another one.`
  }
  return error.message
}

/** The port that could not be had, and what sets it. */
function findPort(error: Error, config: Config): { port: number; setting: string } {
  const port = 'port' in error && typeof error.port === 'number' ? error.port : config.port
  if (port === config.metrics?.port) return { port, setting: 'METRICS_PORT' }
  if (config.https === undefined) return { port, setting: 'PORT' }
  return { port, setting: port === config.https.httpPort ? 'HTTP_PORT' : 'HTTPS_PORT' }
}
