import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import * as v from 'valibot'
import { type Me, passkeyCreated, type PasskeySigned, passkeySigned } from '../../../shared/protocol/http.ts'
import type { Answer } from '../../sync/campus-http.ts'
import type { KeysApi } from '../../sync/keys-api.ts'

/*
 * Passkeys, by the browser's own dialogs. What asks the browser is loaded when somebody uses one: no first screen waits for it.
 */

/** What came of a passkey: an answer of the server, or that its owner let the browser's dialog go. */
export type PasskeyAnswer<Value> = Answer<Value> | { kind: 'let-go' }

const load = () => import('@simplewebauthn/browser')

/*
 * One at a time: a browser has one dialog, and one cookie for the challenge. What is begun later takes the place of what was begun before,
 * also when the server answers in another order.
 */
let turns = 0
let lastBegun: Promise<unknown> = Promise.resolve()

async function beginInTurn<Value>(begin: () => Promise<Answer<Value>>): Promise<PasskeyAnswer<Value>> {
  turns += 1
  const turn = turns
  const begun = lastBegun.then(begin)
  lastBegun = begun
  const answer = await begun
  return turn === turns ? answer : { kind: 'let-go' }
}

/** Whether this page may have passkeys: they belong to a name, and a bare address has none. */
export function canUsePasskeys(): boolean {
  const isAddress = /^\[|^\d+(?:\.\d+){3}$/.test(location.hostname)
  return globalThis.isSecureContext && 'PublicKeyCredential' in globalThis && !isAddress
}

export async function addPasskey(api: KeysApi, name: string): Promise<PasskeyAnswer<null>> {
  const begun = await beginInTurn(api.beginAdding)
  if (begun.kind !== 'ok') return begun
  const { startRegistration } = await load()
  // The options are the server's library's own; a browser refuses what is none.
  const optionsJSON = begun.value as unknown as PublicKeyCredentialCreationOptionsJSON
  return letGo(async () => {
    const response = await startRegistration({ optionsJSON })
    return api.addPasskey(v.parse(passkeyCreated, { name, response }))
  })
}

/** Shows with a passkey that it is them. */
export async function proveByPasskey(api: KeysApi): Promise<PasskeyAnswer<null>> {
  const begun = await beginInTurn(api.beginProving)
  return begun.kind === 'ok' ? sign(begun.value, false, (signed) => api.proveByPasskey(signed)) : begun
}

/** Comes in with a passkey; `inField` offers it where a handle is typed, as browsers offer passwords, and waits for that. */
export async function enterByPasskey(api: KeysApi, inField = false): Promise<PasskeyAnswer<Me>> {
  if (inField && !(await (await load()).browserSupportsWebAuthnAutofill())) return { kind: 'let-go' }
  const begun = await beginInTurn(api.beginEntering)
  return begun.kind === 'ok' ? sign(begun.value, inField, (signed) => api.enter(signed)) : begun
}

/** Nothing is offered any more. */
export async function stopOffering(): Promise<void> {
  turns += 1
  ;(await load()).WebAuthnAbortService.cancelCeremony()
}

async function sign<Value>(
  options: object,
  useBrowserAutofill: boolean,
  send: (signed: PasskeySigned) => Promise<Answer<Value>>,
): Promise<PasskeyAnswer<Value>> {
  const { startAuthentication } = await load()
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
  return letGo(async () => {
    const response = await startAuthentication({ optionsJSON, useBrowserAutofill })
    return send(v.parse(passkeySigned, { response }))
  })
}

/** Browsers do not tell why there is no answer, so that no site learns who has a passkey. */
async function letGo<Value>(ask: () => Promise<Answer<Value>>): Promise<PasskeyAnswer<Value>> {
  try {
    return await ask()
  } catch {
    return { kind: 'let-go' }
  }
}
