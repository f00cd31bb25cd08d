import type { ClassroomOutboxEntry } from '../../../client/sync/classroom/database.ts'
import { loadRows } from '../../../server/classroom/load-rows.ts'
import type { ClassroomAudience } from '../../../server/classroom/types.ts'
import { COSTS_TOKEN } from '../../../shared/classroom/commands.ts'
import { CLASSROOM_ERRORS } from '../../../shared/classroom/errors.ts'
import type { ClassroomLogRow } from '../../../shared/classroom/rows.ts'
import { canonical } from '../canonical.ts'
import type { SimDatabase } from '../database.ts'
import type { ClassroomDisk } from '../memory-classroom.ts'
import { isDecidedInRoom } from '../rest.ts'
import type { SimClassroom } from './classrooms.ts'
import type { Student } from './student.ts'

/** What is wrong with a device at rest: it holds exactly the rows that its audience may see, and nothing waits. */
export async function compareClassroom(
  who: string,
  disk: ClassroomDisk,
  classroomId: string,
  audience: ClassroomAudience,
  database: SimDatabase,
): Promise<string[]> {
  const range = { classroomId, after: 0, limit: Number.MAX_SAFE_INTEGER }
  const rows = (await loadRows(database.store.db, range, [audience])).map(({ row }) => row)
  const expected = new Map(rows.map((row) => [keyOf(row), toText(row)]))
  const here: ClassroomLogRow[] = [
    disk.classroom,
    disk.desk,
    disk.staff,
    disk.questions,
    disk.replies,
    disk.polls,
  ].flatMap((table) => [...table.rows.values()])
  const held = new Map(here.map((row) => [keyOf(row), toText(row)]))
  const wrong: string[] = []
  for (const [key, row] of expected) {
    if (held.get(key) !== row) wrong.push(`${who} has of ${key}: ${held.get(key) ?? 'nothing'}, for ${row}`)
  }
  for (const [key, row] of held) if (!expected.has(key)) wrong.push(`${who} must not have of ${key}: ${row}`)
  return [...wrong, ...listUnsent(who, [...disk.outbox.rows.values()])]
}

/** Names of staff are those of their accounts, which are of another log: who changes theirs moves nothing here. */
function toText(row: ClassroomLogRow): string {
  if (row.type === 'staff') return canonical({ ...row, name: '' })
  return canonical(row.type === 'reply' ? { ...row, staffName: '' } : row)
}

/** What waits for no person any more, and what no person could have done anything about. */
function listUnsent(who: string, entries: readonly ClassroomOutboxEntry[]): string[] {
  return entries.flatMap((entry) => {
    const { state, command } = entry
    const isOurs = state.kind === 'refused' && (CLASSROOM_ERRORS[state.code].retry || state.code === 'bad_request')
    const isDecided = isDecidedInRoom(entry, entries) && !isOurs
    return isDecided ? [] : [`${who} has ${JSON.stringify(state)}: ${JSON.stringify(command)}`]
  })
}

function keyOf(row: ClassroomLogRow): string {
  switch (row.type) {
    case 'desk':
      return row.type
    case 'staff':
      return `staff ${row.userId}`
    default:
      return `${row.type} ${row.id}`
  }
}

/** Whether the counts are those of what is counted, and the numbers of questions run from 1 without a gap. */
export function checkClassroom(database: SimDatabase, { id }: SimClassroom): string[] {
  const wrong: string[] = []
  const questions = database.all<{ id: string; n: number; votes: number; merged_into: string | null; state: string }>(
    'select id, n, votes, merged_into, state from question where classroom_id = ? order by n',
    id,
  )
  for (const [index, { n }] of questions.entries())
    if (n !== index + 1) wrong.push(`question ${n} stands at ${index + 1}`)
  const own = new Map(
    database
      .all<{ id: string; votes: number }>('select question_id as id, count(*) as votes from vote group by question_id')
      .map((row) => [row.id, row.votes]),
  )
  for (const question of questions) {
    const merged = questions.filter(({ merged_into }) => merged_into === question.id)
    const expected = [question, ...merged].reduce((sum, one) => sum + (own.get(one.id) ?? 0), 0)
    if (question.votes !== expected)
      wrong.push(`question ${question.id} counts ${question.votes} votes for ${expected}`)
  }
  const polls = database.all<{ id: string; answers: number; given: number }>(
    `select id, answers, (select count(*) from poll_answer where poll_id = poll.id) as given
     from poll where classroom_id = ?`,
    id,
  )
  for (const poll of polls) {
    if (poll.answers !== poll.given) wrong.push(`poll ${poll.id} counts ${poll.answers} answers for ${poll.given}`)
  }
  return [...wrong, ...checkSeqs(database, id)]
}

function checkSeqs(database: SimDatabase, id: string): string[] {
  const [log] = database.all<{ head: number }>('select head from classroom_log where id = ?', `classroom-${id}`)
  const seqs = ['classroom_staff', 'question', 'reply', 'poll'].flatMap((table) =>
    database.all<{ seq: number }>(`select seq from ${table} where classroom_id = ?`, id).map(({ seq }) => seq),
  )
  const wrong = seqs
    .filter((seq) => seq > (log?.head ?? 0))
    .map((seq) => `a row of ${id} stands at ${seq} beyond the head`)
  return new Set(seqs).size === seqs.length ? wrong : [...wrong, `two rows of ${id} have one seq`]
}

const COSTLY = `
  select id from question where classroom_id = ?
  union all select id from vote where classroom_id = ?
  union all select id from reply where classroom_id = ? and author = 'someone'
  union all select id from poll_answer where classroom_id = ?`

/** Each token pays for one command, and each command with one token. */
export function checkTokens(database: SimDatabase, students: readonly Student[]): string[] {
  const wrong: string[] = []
  const limited = students.filter(({ classroom }) => classroom.issuer !== undefined)
  const spent = database.all<{ used_for: string }>('select used_for from spent_token')
  const used = new Set(spent.map(({ used_for }) => used_for))
  if (used.size !== spent.length) wrong.push('a command was paid for twice')
  for (const id of new Set(limited.map(({ classroom }) => classroom.id))) {
    const unpaid = database.all<{ id: string }>(COSTLY, id, id, id, id).filter((row) => !used.has(row.id))
    wrong.push(...unpaid.map((row) => `nobody paid for ${row.id}`))
  }
  for (const { disk, classroom } of limited) {
    for (const { token, command, state } of disk.outbox.rows.values()) {
      const isCostly = COSTS_TOKEN.some((type) => type === command.type)
      if (token !== null && !isCostly) wrong.push(`${command.type} of ${classroom.id} pays: ${JSON.stringify(state)}`)
    }
  }
  return wrong
}
