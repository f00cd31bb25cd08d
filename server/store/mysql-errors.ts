import type { ErrorClass } from './store.ts'

/*
 * Errors of MySQL 8 (https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html) and
 * MariaDB (https://mariadb.com/kb/en/mariadb-error-code-reference/), by number: names differ between the
 * two and are missing in mysql2 for some. Its own errors, and those of the network, have none of these
 * numbers and mean that the database is away.
 */

/** The server undid the transaction, or this statement of it, for the sake of another one. */
const TRANSIENT = new Set([
  1020, // record has changed since last read (MariaDB 11.6 with innodb_snapshot_isolation)
  1205, // lock wait timeout
  1213, // deadlock
  1317, // query interrupted
  1412, // table definition has changed
  1613, // XA transaction rolled back for taking too long
  1614, // XA deadlock
  1615, // prepared statement needs to be prepared again
  3058, // user lock deadlock
  3101, // the cluster undid it at commit
  3572, // a lock was not to be waited for
])

/** What a statement, or a value in it, brought along. */
const STATEMENT = new Set([
  1048, // null in a column that has none
  1052, // ambiguous column
  1054, // unknown column
  1062, // duplicate key
  1064, // syntax
  1136, // as many values as columns
  // Larger than max_allowed_packet: that is a batch rather than a command, and alone each may go.
  1153,
  1216, // foreign keys
  1217,
  1264, // out of range
  1265, // would be cut
  1267, // unlike collations
  1292, // not a value of this type
  1300, // not in this character set
  1364, // no value, and no default
  1366, // not a value of this column
  1390, // more than 65,535 placeholders
  1406, // too long for its column
  1451, // foreign keys
  1452,
  1586, // duplicate key, by name
  1690, // out of range
  3819, // a check
  4025, // a check (MariaDB)
])

export function classifyMysql(error: unknown): ErrorClass {
  const number = error instanceof Error && 'errno' in error ? error.errno : undefined
  if (typeof number !== 'number') return 'down'
  if (TRANSIENT.has(number)) return 'transient'
  return STATEMENT.has(number) ? 'statement' : 'down'
}
