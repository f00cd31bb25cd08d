import * as v from 'valibot'
import { createInvitationBody } from '../../../shared/operate/http.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import { id } from '../../../shared/protocol/fields.ts'
import { findPeople } from '../../campus/search-people.ts'
import { answerDone, answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

/* What operators hand out: invitations, and links for who forgot a password. Each is told once, to whoever made it. */

export function listInvitations({ accounts, store }: AppParts): AppHandler {
  return async (c) => {
    const invitations = await accounts.listInvitations()
    const ids = [...new Set(invitations.flatMap(({ createdBy }) => createdBy ?? []))]
    const people = ids.length === 0 ? [] : (await findPeople(store, ids)).people
    return c.json({ invitations, people })
  }
}

export function createInvitation({ accounts, now }: AppParts): AppHandler {
  return withBody(createInvitationBody, async (c, body) => {
    if (body.endsAt !== null && body.endsAt <= now()) {
      return answerRefusal(c, refusal('bad_request', 'An invitation ends at some time that is yet to come.'))
    }
    const { token } = await accounts.createInvitation({ id: c.var.session.userId, via: 'app' }, body)
    return c.json({ token })
  })
}

export function withdrawInvitation({ accounts }: AppParts): AppHandler {
  return async (c) => {
    const wanted = c.req.param('id')
    const actor = { id: c.var.session.userId, via: 'app' } as const
    const refused = v.is(id, wanted) ? await accounts.withdrawInvitation(actor, wanted) : refusal('not_found')
    return refused === undefined ? answerDone(c) : answerRefusal(c, refused)
  }
}

export function createResetLink({ accounts }: AppParts): AppHandler {
  return async (c) => {
    const userId = c.req.param('id')
    if (!v.is(id, userId)) return answerRefusal(c, refusal('not_found'))
    const token = await accounts.createResetToken({ id: c.var.session.userId, via: 'app' }, userId)
    return typeof token === 'string' ? c.json({ token }) : answerRefusal(c, token)
  }
}
