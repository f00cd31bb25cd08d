import * as v from 'valibot'
import type { Command } from '../../shared/protocol/commands.ts'
import { commandsAnswer } from '../../shared/protocol/http.ts'
import {
  auditAnswer,
  invitationsAnswer,
  OPERATE_API,
  operateConversationsAnswer,
  operatePeopleAnswer,
  operatePersonAnswer,
  overviewAnswer,
  type ReportBody,
  type ReportKind,
  type ReportOutcome,
  reportsAnswer,
  settingsAnswer,
  tokenAnswer,
} from '../../shared/operate/http.ts'
import type { SettingName } from '../../shared/operate/settings.ts'
import { type Answer, createAsk } from './campus-http.ts'
import { type Fetch, mapValue, readJson } from './request.ts'

/** What operators and moderators ask of the server: see shared/operate/README.md. */
export type OperateApi = ReturnType<typeof createOperateApi>

const nothing = v.pipe(
  v.unknown(),
  v.transform(() => null),
)

/** With `account`, a user id, the server refuses to take a request for somebody else's. */
export function createOperateApi(fetch: Fetch, account: string) {
  const ask = createAsk(fetch, account)
  const get = <Value>(path: string, schema: v.GenericSchema<unknown, Value>, query: Record<string, string> = {}) => {
    const search = new URLSearchParams(query).toString()
    const asked = { method: 'GET', path: `${OPERATE_API}/${path}${search === '' ? '' : `?${search}`}` } as const
    return ask(asked, readJson(schema))
  }
  const post = <Value>(path: string, body: unknown, schema: v.GenericSchema<unknown, Value>) =>
    ask({ method: 'POST', path, body }, readJson(schema))
  const remove = (path: string) => ask({ method: 'DELETE', path: `${OPERATE_API}/${path}` }, readJson(nothing))
  const after = (next: string | null) => (next === null ? {} : { after: next })

  return {
    listReports: (next: string | null) => get('reports', reportsAnswer, after(next)),
    closeReports: (body: { kind: ReportKind; subjectId: string; outcome: ReportOutcome }) =>
      post(`${OPERATE_API}/reports/close`, body, nothing),
    listPeople: (words: string, only: 'roles' | 'suspended' | null, next: string | null) =>
      get('people', operatePeopleAnswer, { words, ...(only !== null && { only }), ...after(next) }),
    findPerson: (id: string) => get(`people/${id}`, operatePersonAnswer),
    endSessions: (id: string) => remove(`people/${id}/sessions`),
    createResetLink: (id: string) => post(`${OPERATE_API}/people/${id}/reset-link`, {}, tokenAnswer),
    listConversations: (next: string | null) => get('conversations', operateConversationsAnswer, after(next)),
    listInvitations: () => get('invitations', invitationsAnswer),
    createInvitation: (body: { note: string; uses: number; endsAt: number | null }) =>
      post(`${OPERATE_API}/invitations`, body, tokenAnswer),
    withdrawInvitation: (id: string) => remove(`invitations/${id}`),
    listActs: (before: number | null) => get('audit', auditAnswer, before === null ? {} : { before: String(before) }),
    listSettings: () => get('settings', settingsAnswer),
    changeSetting: (name: SettingName, value: unknown) => post(`${OPERATE_API}/settings`, { name, value }, nothing),
    overview: () => get('overview', overviewAnswer),
    report: (body: ReportBody) => post('/api/reports', body, nothing),
    /** Gives a command now, and says what came of it: nobody operates without a network. */
    async command(command: Command): Promise<Answer<null>> {
      const body = { lineage: '', cursor: 0, epoch: '', commands: [command] }
      const answer = mapValue(await post('/api/commands', body, commandsAnswer), ({ results }) => results[0])
      if (answer.kind !== 'ok') return answer
      const result = answer.value
      if (result === undefined) return { kind: 'unreachable' }
      if (result.status === 'accepted') return { kind: 'ok', value: null }
      return { kind: 'refused', error: { code: result.code, message: result.message } }
    },
  }
}
