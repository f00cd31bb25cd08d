/** Every name that server/config.ts reads. */
export const KNOWN_SETTINGS: readonly string[] = [
  'BACKUP_KEEP',
  'BACKUP_EVERY',
  'BACKUP_DIR',
  ...['ACCOUNT_FILES_BYTES_MAX', 'ACME_CA', 'ACME_DIRECTORY_URL', 'ACME_EMAIL'],
  ...['DATABASE_URL', 'DATA_DIR', 'DRAIN_SECONDS', 'FILES_BYTES_MAX'],
  ...['FILES_URL', 'FILE_BYTES_MAX', 'HOST', 'HTTPS'],
  ...['HTTPS_PORT', 'HTTP_PORT', 'LIMITS', 'MAIL_FROM'],
  ...['METRICS_HOST', 'METRICS_PORT', 'METRICS_TOKEN', 'PEOPLE_ON_DEVICES_MAX'],
  ...['PORT', 'PUBLIC_URL', 'REDIS_URL', 'SMTP_URL'],
  ...['SSO_CLIENT_ID', 'SSO_CLIENT_SECRET', 'SSO_CLIENT_SECRET_FILE', 'SSO_ISSUER'],
  ...['SSO_NAME'],
]

/** The known setting that somebody may have meant by a name that is none; undefined when it is like none of them. */
export function findAlike(name: string): string | undefined {
  if (KNOWN_SETTINGS.includes(name)) return undefined
  const plain = name.toUpperCase().replace(/^CHATBOX_/, '')
  return KNOWN_SETTINGS.find((known) => plain === known || countEdits(plain, known) <= (known.length < 8 ? 1 : 2))
}

/** The Levenshtein distance of two words. */
function countEdits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [i, letter] of Array.from(one).entries()) {
    const next = [i + 1]
    for (const [j, same] of Array.from(other).entries()) {
      const [above = 0, diagonal = 0, left = 0] = [row[j + 1], row[j], next[j]]
      next.push(Math.min(above + 1, left + 1, diagonal + (letter === same ? 0 : 1)))
    }
    row = next
  }
  return row[other.length] ?? 0
}
