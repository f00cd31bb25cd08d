import { sql } from 'kysely'
import type { Store } from '../../../store/store.ts'
import { fail, type Verdict, warn } from '../look.ts'

const PACKET_BYTES_MIN = 16 * 1024 * 1024

const NAMES = [
  ...['version', 'innodb_flush_log_at_trx_commit', 'sync_binlog', 'log_bin', 'sql_mode', 'max_allowed_packet'],
  // MariaDB before 11.1 has the second one alone, MySQL 8 the first.
  ...['transaction_isolation', 'tx_isolation'],
]

/** What a MySQL or MariaDB must be set to, as a connection of ChatBox has it. Time zones do not matter: no time is stored as one. */
export async function judgeMysql({ db }: Pick<Store, 'db'>): Promise<Verdict[]> {
  const { rows } = await sql<{ Variable_name: string; Value: string }>`
    show session variables where variable_name in (${sql.join(NAMES)})`.execute(db)
  return judgeVariables(new Map(rows.map(({ Variable_name, Value }) => [Variable_name, Value])))
}

export function judgeVariables(variables: ReadonlyMap<string, string>): Verdict[] {
  const get = (name: string) => variables.get(name) ?? ''
  const verdicts: Verdict[] = []
  const version = get('version')
  if (!isSupported(version)) {
    verdicts.push(
      fail(`The database is ${version}, which is too old.`, 'Use MySQL 8 or MariaDB 10.11, or a later one.'),
    )
  }
  if (get('innodb_flush_log_at_trx_commit') !== '1') {
    verdicts.push(
      warn(
        'innodb_flush_log_at_trx_commit is not 1: a power failure takes the last second of what was acknowledged.',
        'Set innodb_flush_log_at_trx_commit = 1.',
      ),
    )
  }
  if (get('log_bin') === 'ON' && get('sync_binlog') !== '1') {
    verdicts.push(
      warn(
        'sync_binlog is not 1: after a power failure a replica may lack what was acknowledged.',
        'Set sync_binlog = 1.',
      ),
    )
  }
  if (!/STRICT_(?:ALL|TRANS)_TABLES/.test(get('sql_mode'))) {
    verdicts.push(
      fail('sql_mode is not strict: what is too long would be cut.', 'Let the user of DATABASE_URL set sql_mode.'),
    )
  }
  if (Number(get('max_allowed_packet')) < PACKET_BYTES_MIN) {
    verdicts.push(
      fail('max_allowed_packet is below 16M: large statements fail.', 'Set max_allowed_packet = 16M, or more.'),
    )
  }
  const isolation = variables.get('transaction_isolation') ?? get('tx_isolation')
  if (isolation !== 'REPEATABLE-READ') {
    verdicts.push(
      fail(`Transactions are isolated as ${isolation}.`, 'Let the user of DATABASE_URL set REPEATABLE READ.'),
    )
  }
  return verdicts
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return /mariadb/i.test(version) ? major > 10 || (major === 10 && minor >= 11) : major >= 8
}
