import * as v from 'valibot'
import { refusal } from '../../../shared/protocol/errors.ts'
import { id } from '../../../shared/protocol/fields.ts'
import { proofBody, ssoRegisterBody } from '../../../shared/protocol/http.ts'
import { fromCeremonyCookie, toCeremonyCookie } from '../../accounts/ceremonies.ts'
import { isOwnOrigin } from '../../accounts/own-origin.ts'
import type { Denied } from '../../accounts/denied.ts'
import type { Begun } from '../../accounts/sso/sso.ts'
import { answerDenied, answerDone, answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { findOrigin, isSecure, toCaller } from '../caller.ts'
import type { AppContext, AppHandler } from '../context.ts'
import { enterBrowser } from '../enter-browser.ts'
import { withBody } from '../input.ts'

/*
 * What a browser asks about single sign-on. `start` and `callback` are where a page goes, so they answer with a way back into the
 * app, always to a page of our own: what went wrong stands behind its `#`, as a code.
 */

const COOKIE = 'chatbox_sso'
const PATH = '/api/sso'

export function startSso(parts: AppParts): AppHandler {
  const { accounts, config } = parts
  return async (c) => {
    // A session begins because somebody wants one: not because a page elsewhere sent their browser here.
    if (!isOwnOrigin({ 'sec-fetch-site': c.req.header('sec-fetch-site') }, config)) {
      return goBack(c, { kind: 'refused', refusal: refusal('foreign_origin') })
    }
    const begun = await accounts.sso.begin(findOrigin(c, config), toCaller(c))
    if (begun.kind !== 'begun') return goBack(c, begun)
    keepToken(c, parts, begun.token)
    return c.redirect(begun.address, 303)
  }
}

export function finishSso(parts: AppParts): AppHandler {
  const { accounts, config } = parts
  return async (c) => {
    const cookies = c.req.header('cookie')
    const visit = {
      ...{ origin: findOrigin(c, config), query: new URL(c.req.url).searchParams },
      ...{ token: fromCeremonyCookie(COOKIE, cookies), session: await accounts.findSession(cookies) },
    }
    const finished = await accounts.sso.finish(visit, toCaller(c))
    // Whoever is signed in came from their settings.
    const page = visit.session === undefined ? '/' : '/settings'
    switch (finished.kind) {
      case 'signed-in':
        keepToken(c, parts, '')
        await enterBrowser(c, parts, finished)
        return c.redirect('/#sso=done', 303)
      case 'linked':
        keepToken(c, parts, '')
        return c.redirect('/settings#sso=linked', 303)
      case 'newcomer':
        keepToken(c, parts, finished.token)
        return c.redirect('/#sso=new', 303)
      case 'limited':
      case 'refused':
        return goBack(c, finished, page)
    }
  }
}

export function ssoNewcomer({ accounts }: AppParts): AppHandler {
  return async (c) => {
    const found = await accounts.sso.findNewcomer(fromCeremonyCookie(COOKIE, c.req.header('cookie')))
    return 'code' in found ? answerRefusal(c, found) : c.json(found)
  }
}

export function registerBySso(parts: AppParts): AppHandler {
  return withBody(ssoRegisterBody, async (c, body) => {
    const token = fromCeremonyCookie(COOKIE, c.req.header('cookie'))
    const outcome = await parts.accounts.sso.register(token, body, toCaller(c))
    if (outcome.kind !== 'signed-in') return answerDenied(c, outcome)
    await enterBrowser(c, parts, outcome)
    keepToken(c, parts, '')
    return c.json(outcome.me)
  })
}

/** Answers with where to go, which is what the page does then: a form of another site cannot ask for this. */
export function linkSso(parts: AppParts): AppHandler {
  const { accounts, config } = parts
  return async (c) => {
    const begun: Begun | Denied = await accounts.sso.beginLink(findOrigin(c, config), c.var.session)
    if (begun.kind !== 'begun') return answerDenied(c, begun)
    keepToken(c, parts, begun.token)
    return c.json({ address: begun.address })
  }
}

export function unlinkSso({ accounts }: AppParts): AppHandler {
  return async (c) => {
    const identity = c.req.param('id')
    const refused = v.is(id, identity) ? await accounts.sso.unlink(c.var.session, identity) : refusal('not_found')
    return refused === undefined ? answerDone(c) : answerRefusal(c, refused)
  }
}

export function waysIn({ accounts }: AppParts): AppHandler {
  return async (c) => c.json(await accounts.findWaysIn(c.var.session.userId))
}

export function prove({ accounts }: AppParts): AppHandler {
  return withBody(proofBody, async (c, { password }) => {
    const denied = await accounts.proveByPassword(c.var.session, password)
    return denied === undefined ? answerDone(c) : answerDenied(c, denied)
  })
}

function goBack(c: AppContext, denied: Denied, page = '/'): Response {
  return c.redirect(`${page}#sso=${denied.kind === 'limited' ? 'too_many_tries' : denied.refusal.code}`, 303)
}

function keepToken(c: AppContext, { config }: AppParts, token: string): void {
  c.header('set-cookie', toCeremonyCookie(COOKIE, PATH, token, isSecure(c, config)), { append: true })
}
