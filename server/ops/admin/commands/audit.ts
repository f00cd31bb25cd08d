import { listAudit } from '../../../audit/list-audit.ts'
import { defineCommand, done } from '../command.ts'
import { readNumber, toTimeWords } from '../find-person.ts'

const PAGE = 50

export const auditList = defineCommand({
  name: 'audit list',
  summary: 'Lists what operators and moderators did, the newest first; 50 at a time.',
  options: { before: { value: 'N', summary: 'Goes on before the act with this number.' } },
  on: 'database',
  async run({ store }, { before }) {
    const from = before === undefined ? null : readNumber(before, '--before', 1)
    if (from !== null && typeof from !== 'number') return from
    const rows = await listAudit(store.db, from, PAGE)
    const lines = rows.map(({ n, at, actorId, via, act, subjectKind, subjectId, detail }) => {
      const who = actorId ?? (via === 'server' ? 'the server' : 'somebody at the server')
      return `${n}  ${toTimeWords(at)}  ${who}  ${act} ${subjectKind} ${subjectId ?? ''}  ${JSON.stringify(detail)}`
    })
    return done({ rows }, lines.length === 0 ? ['Nothing.'] : lines)
  },
})
