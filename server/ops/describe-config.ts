import type { Config } from '../config.ts'

/** What this server was started with, by the names of the settings, for operators to read. Passwords and keys are left out. */
export function describeConfig(config: Config): { name: string; value: string }[] {
  const { port, host, dataDir, databaseUrl, redisUrl, publicUrl, filesBucket } = config
  const entries: [name: string, value: string | number | undefined][] = [
    ['PORT', port],
    ['HOST', host],
    ['DATA_DIR', dataDir],
    ['DATABASE_URL', databaseUrl === undefined ? 'the embedded database' : withoutSecrets(databaseUrl)],
    ['REDIS_URL', redisUrl === undefined ? 'this process alone' : withoutSecrets(redisUrl)],
    ['PUBLIC_URL', publicUrl?.href ?? 'whatever name the browser came by'],
    ['SMTP_URL', config.mail === undefined ? 'no mail is sent' : withoutSecrets(config.mail.url)],
    ['SSO_ISSUER', config.sso?.issuer.href ?? 'no single sign-on'],
    ['FILES_URL', filesBucket === undefined ? `${dataDir}/files` : `${filesBucket.endpoint}/${filesBucket.bucket}`],
    ['FILE_BYTES_MAX', config.fileBytesMax],
    ['ACCOUNT_FILES_BYTES_MAX', config.accountFilesBytesMax],
    ['FILES_BYTES_MAX', config.filesBytesMax ?? 'what the disk has'],
    ['PEOPLE_ON_DEVICES_MAX', config.peopleOnDevicesMax],
    ['HTTPS', config.https?.name ?? 'a proxy’s matter'],
    ['BACKUP_DIR', config.backups?.folder ?? 'no backups by themselves'],
    ['METRICS_PORT', config.metrics?.port ?? 'no port of their own'],
    ['METRICS_TOKEN', config.metrics?.token === undefined ? 'none' : 'is set'],
    ['DRAIN_SECONDS', config.drainMs / 1_000],
    ['LIMITS', config.limits],
  ]
  return entries.map(([name, value]) => ({ name, value: String(value) }))
}

function withoutSecrets(address: string): string {
  const { protocol, host, pathname } = new URL(address)
  return `${protocol}//${host}${pathname}`
}
