import { readFileSync } from 'node:fs'

/** What an operator can set. Everything has a default: with nothing set ChatBox runs by itself on one machine. */
export interface Config {
  port: number
  host: string
  dataDir: string
  /** Undefined: the embedded database, a file in `dataDir`. */
  databaseUrl: string | undefined
  /** Undefined: this process is the only one. */
  redisUrl: string | undefined
  /** Undefined: whatever name the browser came by. */
  publicUrl: URL | undefined
  /** Undefined: no mail is sent. */
  mail: { url: string; from: string } | undefined
  /** Undefined: nobody comes in through single sign-on. */
  sso: Sso | undefined
  /** Undefined: files lie in a folder of `dataDir`. */
  filesBucket: Bucket | undefined
  /** How large a file may be, how much room those of one account may take, and all together; undefined is what the disk has. */
  fileBytesMax: number
  accountFilesBytesMax: number
  filesBytesMax: number | undefined
  /** With more people registered, a device holds those whom it meets, and asks for others. */
  peopleOnDevicesMax: number
  /** Undefined: no metrics. Without a port they are on that of the app, behind the token. */
  metrics:
    | { token: string; port: undefined; host: string }
    | { token: string | undefined; port: number; host: string }
    | undefined
  /** Undefined: plain HTTP, and HTTPS is a proxy's matter. Otherwise `port` is that of HTTPS. */
  https: HttpsConfig | undefined
  /** Undefined: nobody makes backups but by command. */
  backups: { folder: string; everyMs: number; keep: number } | undefined
  /** After a signal to stop it says for so long that nobody is to be sent here, before it takes nobody any more. */
  drainMs: number
  /** Off is for trying out how much a server carries. */
  limits: 'on' | 'off'
}

/** What HTTPS by itself needs: a name, a port for plain http, and whom certificates are asked of. */
export interface HttpsConfig {
  name: string
  httpPort: number
  authority: { directoryUrl: string; caFile: string | undefined; email: string | undefined }
}

/** An OpenID provider: by its issuer or its discovery document, and what lets this ChatBox ask it. */
export interface Sso {
  issuer: URL
  clientId: string
  clientSecret: string
  name: string
}

/** A bucket of S3, and what lets one in. */
export interface Bucket {
  endpoint: string
  region: string
  bucket: string
  /** Before each key: empty, or with a slash at its end. */
  prefix: string
  accessKeyId: string
  secretAccessKey: string
}

/** Thrown with a sentence that names the setting and what to set it to. */
export class SettingError extends Error {}

export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const setting = (name: string) => env[name]?.trim() || undefined
  const https = toHttps(setting)
  const port =
    https === undefined
      ? toPort('PORT', setting('PORT') ?? '8080')
      : toPort('HTTPS_PORT', setting('HTTPS_PORT') ?? '443')
  return {
    port,
    // Who asks for a certificate wants to be reached.
    host: setting('HOST') ?? (https === undefined ? '127.0.0.1' : '::'),
    dataDir: setting('DATA_DIR') ?? 'data',
    databaseUrl: toDatabaseUrl(setting('DATABASE_URL')),
    redisUrl: toRedisUrl(setting('REDIS_URL')),
    publicUrl:
      https === undefined ? toPublicUrl(setting('PUBLIC_URL')) : toOwnUrl(https.name, port, setting('PUBLIC_URL')),
    https,
    mail: toMail(setting('SMTP_URL'), setting('MAIL_FROM')),
    sso: toSso(setting),
    filesBucket: toBucket(setting('FILES_URL')),
    fileBytesMax: toBytes('FILE_BYTES_MAX', setting('FILE_BYTES_MAX') ?? '100MB'),
    accountFilesBytesMax: toBytes('ACCOUNT_FILES_BYTES_MAX', setting('ACCOUNT_FILES_BYTES_MAX') ?? '2GB'),
    filesBytesMax: toBytes('FILES_BYTES_MAX', setting('FILES_BYTES_MAX')),
    peopleOnDevicesMax: toNumber('PEOPLE_ON_DEVICES_MAX', setting('PEOPLE_ON_DEVICES_MAX') ?? '5000'),
    metrics: toMetrics(setting('METRICS_PORT'), setting('METRICS_HOST') ?? '127.0.0.1', setting('METRICS_TOKEN')),
    backups: toBackups(setting),
    drainMs: toNumber('DRAIN_SECONDS', setting('DRAIN_SECONDS') ?? '0', 10) * 1_000,
    limits: toSwitch('LIMITS', setting('LIMITS') ?? 'on'),
  }
}

type PortName = keyof typeof PORTS
const PORTS = { PORT: 8080, METRICS_PORT: 9091, HTTPS_PORT: 443, HTTP_PORT: 80 }

function toPort(name: PortName, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new SettingError(
    `${name} is not a port. Set it to a number from 1 to 65535, for example ${name}=${PORTS[name]}.`,
  )
}

const HOUR_MS = 60 * 60_000

function toBackups(setting: (name: string) => string | undefined): Config['backups'] {
  const folder = setting('BACKUP_DIR')
  if (folder === undefined) return undefined
  const everyHours = toNumber('BACKUP_EVERY', setting('BACKUP_EVERY') ?? '24')
  const keep = toNumber('BACKUP_KEEP', setting('BACKUP_KEEP') ?? '14')
  if (everyHours < 1 || keep < 1) throw new SettingError('BACKUP_EVERY and BACKUP_KEEP are at least 1.')
  return { folder, everyMs: everyHours * HOUR_MS, keep }
}

const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory'
const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

function toHttps(setting: (name: string) => string | undefined): HttpsConfig | undefined {
  const name = setting('HTTPS')?.toLowerCase()
  if (name === undefined) return undefined
  // What ends in a number is an address, and gets no certificate by HTTP-01.
  if (!HOST_NAME.test(name) || /(?:^|\.)\d+$/.test(name)) {
    throw new SettingError(
      'HTTPS is not the name of a machine. Set it to the one that people type, without https:// and without a port: HTTPS=chat.example.edu',
    )
  }
  const directoryUrl = setting('ACME_DIRECTORY_URL') ?? LETS_ENCRYPT
  if (toUrl(directoryUrl)?.protocol !== 'https:') {
    throw new SettingError(
      'ACME_DIRECTORY_URL is not the address of an ACME server. Set it to its directory, for example ' +
        'https://acme.example.edu/acme/local/directory, or leave it out to ask Let’s Encrypt.',
    )
  }
  const email = setting('ACME_EMAIL')
  if (email !== undefined && !/^[^@\s]+@[^@\s]+$/.test(email)) {
    throw new SettingError(
      'ACME_EMAIL is not an e-mail address. Set it to one that is read, for example admin@example.edu.',
    )
  }
  const httpPort = toPort('HTTP_PORT', setting('HTTP_PORT') ?? '80')
  return { name, httpPort, authority: { directoryUrl, caFile: setting('ACME_CA'), email } }
}

function toOwnUrl(name: string, port: number, said: string | undefined): URL {
  const own = new URL(`https://${name}${port === 443 ? '' : `:${port}`}/`)
  const publicUrl = toPublicUrl(said)
  // Another port than ours is that of whatever leads people here.
  if (publicUrl === undefined || (publicUrl.protocol === 'https:' && publicUrl.hostname === name))
    return publicUrl ?? own
  throw new SettingError(`PUBLIC_URL is not the name that HTTPS is for. Set it to ${own.origin}, or leave it out.`)
}

function toMetrics(port: string | undefined, host: string, token: string | undefined): Config['metrics'] {
  if (token !== undefined && !/^[\w.~+/=-]{16,}$/.test(token)) {
    throw new SettingError(
      'METRICS_TOKEN is not a token. Set it to 16 letters and digits or more, for example to what "openssl rand -hex 16" prints.',
    )
  }
  if (port !== undefined) return { port: toPort('METRICS_PORT', port), host, token }
  return token === undefined ? undefined : { port: undefined, host, token }
}

// The addresses of the database, of Redis and of the bucket hold passwords: no sentence repeats them.
function toDatabaseUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = toUrl(text)
  const named = url !== undefined && url.hostname !== '' && url.pathname.length > 1
  if (named && ['mysql:', 'mariadb:'].includes(url.protocol)) return text.replace(/^mariadb:/i, 'mysql:')
  throw new SettingError(
    'DATABASE_URL is not the address of a MySQL or MariaDB database. ' +
      'Set it to mysql://user:password@host:3306/database, or leave it out to use a file in DATA_DIR.',
  )
}

function toRedisUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = toUrl(text)
  if (url !== undefined && url.hostname !== '' && ['redis:', 'rediss:'].includes(url.protocol)) return text
  throw new SettingError(
    'REDIS_URL is not the address of a Redis. Set it to redis://host:6379, or leave it out to run a single process.',
  )
}

function toPublicUrl(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined
  const url = toUrl(text)
  if (url !== undefined && url.hostname !== '' && url.pathname === '/' && /^https?:$/.test(url.protocol)) return url
  throw new SettingError(
    'PUBLIC_URL is not the address of a website. Set it to what people type, without a path: https://chat.example.edu',
  )
}

function toMail(text: string | undefined, from: string | undefined): { url: string; from: string } | undefined {
  if (text === undefined) return undefined
  const url = toUrl(text)
  if (url === undefined || url.hostname === '' || !['smtp:', 'smtps:'].includes(url.protocol)) {
    throw new SettingError(
      'SMTP_URL is not the address of a mail server. Set it to smtp://user:password@mail.example.edu:587, ' +
        'smtps://… where it speaks TLS from the beginning, or leave it out to send no mail.',
    )
  }
  if (from !== undefined && /^(?:[^<>@\r\n]* <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/.test(from))
    return { url: text, from }
  throw new SettingError('MAIL_FROM is not set. Set it to whom mail comes from: ChatBox <chat@example.edu>.')
}

function toSso(setting: (name: string) => string | undefined): Sso | undefined {
  const address = setting('SSO_ISSUER')
  if (address === undefined) return undefined
  const issuer = toUrl(address)
  const isLocal = issuer !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(issuer.hostname)
  if (issuer?.protocol !== 'https:' && !(isLocal && issuer.protocol === 'http:')) {
    throw new SettingError(
      'SSO_ISSUER is not the https address of an OpenID provider. Set it to its issuer or its discovery document: ' +
        'https://login.example.edu, or leave it out to have no single sign-on.',
    )
  }
  const clientId = setting('SSO_CLIENT_ID')
  const clientSecret =
    setting('SSO_CLIENT_SECRET') ?? readSecret('SSO_CLIENT_SECRET_FILE', setting('SSO_CLIENT_SECRET_FILE'))
  if (clientId === undefined || clientSecret === undefined) {
    throw new SettingError(
      'SSO_CLIENT_ID and SSO_CLIENT_SECRET are not both set. Set them to what the OpenID provider gave you, ' +
        'or SSO_CLIENT_SECRET_FILE to a file that holds the secret.',
    )
  }
  return { issuer, clientId, clientSecret, name: setting('SSO_NAME') ?? issuer.hostname }
}

/** What is in a file, which others on the machine cannot read as they can an environment. */
function readSecret(name: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    const text = readFileSync(path, 'utf8').trim()
    if (text !== '') return text
  } catch {
    // Said below.
  }
  throw new SettingError(`${name} names no file that can be read and holds something. Set it to the path of one.`)
}

function toBucket(text: string | undefined): Bucket | undefined {
  if (text === undefined) return undefined
  const url = toUrl(text)
  const [, bucket, prefix = ''] =
    /^\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*[^/]))?\/?$/.exec(url?.pathname ?? '') ?? []
  const tls = url?.searchParams.get('tls') ?? 'yes'
  const isNamed =
    url?.protocol === 's3:' && ![url.host, url.username, url.password].includes('') && !/%(?![0-9a-f]{2})/i.test(text)
  if (isNamed && bucket !== undefined && ['yes', 'no'].includes(tls)) {
    return {
      endpoint: `${tls === 'no' ? 'http' : 'https'}://${url.host}`,
      region: url.searchParams.get('region') ?? 'us-east-1',
      ...{ bucket, prefix: prefix === '' ? '' : `${decodeURIComponent(prefix)}/` },
      accessKeyId: decodeURIComponent(url.username),
      secretAccessKey: decodeURIComponent(url.password),
    }
  }
  throw new SettingError(
    'FILES_URL is not the address of an S3 bucket. Set it to s3://KEY:SECRET@host/bucket?region=us-east-1, with &tls=no where ' +
      'it speaks plain HTTP, or leave it out to keep files in DATA_DIR. Write a slash in KEY or SECRET as %2F.',
  )
}

function toNumber(name: string, text: string, example = 5_000): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new SettingError(`${name} is not a number up to 999999. Set it to one, for example ${name}=${example}.`)
}

function toSwitch(name: string, text: string): 'on' | 'off' {
  if (text === 'on' || text === 'off') return text
  throw new SettingError(`${name} is neither "on" nor "off". Set it to one of them, or leave it out.`)
}

const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }

function toBytes(name: string, text: string): number
function toBytes(name: string, text: string | undefined): number | undefined
function toBytes(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, number = '', unit = 'B'] = /^(\d{1,15}(?:\.\d{1,6})?) *([KMGT]?B)?$/.exec(text.toUpperCase()) ?? []
  const bytes = Math.round(Number(number) * (UNITS[unit] ?? 0))
  if (bytes >= 1 && Number.isSafeInteger(bytes)) return bytes
  throw new SettingError(`${name} is not a number of bytes. Set it to a number with a unit, for example ${name}=100MB.`)
}

function toUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
