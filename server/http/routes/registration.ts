import { claimBody, forgottenBody, registrationCodeBody } from '../../../shared/protocol/http.ts'
import { answerDenied, answerDone, answerLimited, answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { toCaller } from '../caller.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

export function registration({ accounts }: AppParts): AppHandler {
  return (c) => c.json(accounts.getRegistration())
}

/** Sends a code to an address with which somebody wants to make an account. */
export function registrationCode({ accounts }: AppParts): AppHandler {
  return withBody(registrationCodeBody, async (c, { address }) => {
    const denied = await accounts.sendEmailCode(address, toCaller(c))
    return denied === undefined ? answerDone(c) : answerDenied(c, denied)
  })
}

/** Sends a link to whoever forgot their password; says nothing of whether somebody is there. */
export function forgotten({ accounts }: AppParts): AppHandler {
  return withBody(forgottenBody, async (c, { handle }) => {
    const refused = await accounts.sendResetLink(handle, toCaller(c))
    if (refused === undefined) return answerDone(c)
    return 'kind' in refused ? answerLimited(c, refused.retryAfterMs) : answerRefusal(c, refused)
  })
}

/** Makes whoever has the link, and an account, the first operator. */
export function claim({ accounts }: AppParts): AppHandler {
  return withBody(claimBody, async (c, { token }) => {
    const refused = await accounts.claim(c.var.session.userId, token)
    return refused === undefined ? answerDone(c) : answerRefusal(c, refused)
  })
}
