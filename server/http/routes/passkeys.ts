import * as v from 'valibot'
import { refusal } from '../../../shared/protocol/errors.ts'
import { id } from '../../../shared/protocol/fields.ts'
import { passkeyCreated, passkeyNameBody, passkeySigned } from '../../../shared/protocol/http.ts'
import { fromCeremonyCookie, toCeremonyCookie } from '../../accounts/ceremonies.ts'
import type { Denied } from '../../accounts/denied.ts'
import type { BegunCeremony, Proven } from '../../accounts/passkeys/passkeys.ts'
import { toPlace } from '../../accounts/passkeys/place.ts'
import { toSessionCookie } from '../../accounts/session-cookie.ts'
import { answerDenied, answerDone, answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { isSecure, toCaller } from '../caller.ts'
import type { AppContext, AppHandler } from '../context.ts'
import { enterBrowser } from '../enter-browser.ts'
import { withBody } from '../input.ts'

/* Passkeys: each ceremony is begun by `options`, which gives the browser a cookie, and ended with what the browser's own dialog gave. */

const COOKIE = 'chatbox_passkey'
const PATH = '/api'

const tokenOf = (c: AppContext) => fromCeremonyCookie(COOKIE, c.req.header('cookie'))
const placeOf = (c: AppContext, { config }: AppParts) => toPlace(c.req.header('host'), config)

export function signInOptions(parts: AppParts): AppHandler {
  return async (c) => answerBegun(c, parts, await parts.accounts.passkeys.beginEntering(placeOf(c, parts), toCaller(c)))
}

export function signInByPasskey(parts: AppParts): AppHandler {
  return withBody(passkeySigned, async (c, signed) => {
    const outcome = await parts.accounts.passkeys.enter(placeOf(c, parts), tokenOf(c), signed, toCaller(c))
    if (outcome.kind !== 'signed-in') return answerDenied(c, outcome)
    await enterBrowser(c, parts, outcome)
    return c.json(outcome.me)
  })
}

export function addOptions(parts: AppParts): AppHandler {
  return async (c) => answerBegun(c, parts, await parts.accounts.passkeys.beginAdding(c.var.session, placeOf(c, parts)))
}

export function addPasskey(parts: AppParts): AppHandler {
  return withBody(passkeyCreated, async (c, created) =>
    answerProven(c, parts, await parts.accounts.passkeys.add(c.var.session, placeOf(c, parts), tokenOf(c), created)),
  )
}

export function proveOptions(parts: AppParts): AppHandler {
  return async (c) =>
    answerBegun(c, parts, await parts.accounts.passkeys.beginProving(c.var.session, placeOf(c, parts)))
}

export function proveByPasskey(parts: AppParts): AppHandler {
  return withBody(passkeySigned, async (c, signed) =>
    answerProven(c, parts, await parts.accounts.passkeys.prove(c.var.session, placeOf(c, parts), tokenOf(c), signed)),
  )
}

export function renamePasskey({ accounts }: AppParts): AppHandler {
  return withBody(passkeyNameBody, async (c, { name }) => {
    const passkey = c.req.param('id')
    const refused = v.is(id, passkey)
      ? await accounts.passkeys.rename(c.var.session, passkey, name)
      : refusal('not_found')
    return refused === undefined ? answerDone(c) : answerRefusal(c, refused)
  })
}

export function removePasskey({ accounts }: AppParts): AppHandler {
  return async (c) => {
    const passkey = c.req.param('id')
    const refused = v.is(id, passkey) ? await accounts.passkeys.remove(c.var.session, passkey) : refusal('not_found')
    return refused === undefined ? answerDone(c) : answerRefusal(c, refused)
  }
}

function answerBegun(c: AppContext, { config }: AppParts, begun: BegunCeremony<object> | Denied): Response {
  if (begun.kind !== 'begun') return answerDenied(c, begun)
  c.header('set-cookie', toCeremonyCookie(COOKIE, PATH, begun.token, isSecure(c, config)))
  return c.json({ options: begun.options })
}

function answerProven(c: AppContext, { config }: AppParts, outcome: Proven | Denied): Response {
  if (outcome.kind !== 'proven') return answerDenied(c, outcome)
  c.header('set-cookie', toSessionCookie(outcome.token, isSecure(c, config)))
  return answerDone(c)
}
