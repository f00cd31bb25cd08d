import type { Hono, MiddlewareHandler } from 'hono'
import type { AppParts } from './app-parts.ts'
import type { Env } from './context.ts'
import { atLeast } from './operate-guard.ts'
import { createInvitation, createResetLink, listInvitations, withdrawInvitation } from './routes/operate-invitations.ts'
import * as operate from './routes/operate.ts'

/** Every route of those who answer for this ChatBox. `member` lets in who is signed in. */
export function addOperateRoutes(app: Hono<Env>, parts: AppParts, member: MiddlewareHandler<Env>): void {
  const moderator = atLeast('moderator', parts)
  const operator = atLeast('operator', parts)
  app.get('/api/operate/reports', member, moderator, operate.operateReports(parts))
  app.post('/api/operate/reports/close', member, moderator, operate.closeReport(parts))
  app.get('/api/operate/people', member, moderator, operate.operatePeople(parts))
  app.get('/api/operate/people/:id', member, moderator, operate.operatePerson(parts))
  app.delete('/api/operate/people/:id/sessions', member, moderator, operate.operateSessions(parts))
  app.get('/api/operate/conversations', member, moderator, operate.operateConversations(parts))
  app.get('/api/operate/invitations', member, operator, listInvitations(parts))
  app.post('/api/operate/invitations', member, operator, createInvitation(parts))
  app.delete('/api/operate/invitations/:id', member, operator, withdrawInvitation(parts))
  app.post('/api/operate/people/:id/reset-link', member, operator, createResetLink(parts))
  app.get('/api/operate/audit', member, operator, operate.operateAudit(parts))
  app.get('/api/operate/settings', member, operator, operate.operateSettings(parts))
  app.post('/api/operate/settings', member, operator, operate.changeSetting(parts))
  app.get('/api/operate/overview', member, operator, operate.overview(parts))
}
