import * as v from 'valibot'
import {
  me,
  type Me,
  type RegistrationAnswer,
  registrationAnswer,
  type SsoNewcomer,
  ssoNewcomer,
} from '../../shared/protocol/http.ts'
import type { Registration } from './api.ts'
import { type Answer, createAsk } from './campus-http.ts'
import { type Fetch, readJson } from './request.ts'

/** What only the first screen asks, of a server that does not know yet who asks. */
export interface EntranceApi {
  registration(): Promise<Answer<RegistrationAnswer>>
  /** Has a code sent to an address. */
  requestCode(address: string): Promise<Answer<null>>
  /** Has a link sent to whoever has this handle or address, if somebody has. */
  requestReset(handle: string): Promise<Answer<null>>
  reset(body: { token: string; password: string }): Promise<Answer<Me>>
  /** What somebody may want to be called who came through single sign-on and has no account here. */
  newcomer(): Promise<Answer<SsoNewcomer>>
  /** Gives them one. */
  registerBySso(body: Omit<Registration, 'password' | 'email'>): Promise<Answer<Me>>
  /** Makes whoever is signed in the first operator. */
  claim(token: string): Promise<Answer<null>>
}

const nothing = v.pipe(
  v.unknown(),
  v.transform(() => null),
)

export function createEntranceApi(fetch: Fetch): EntranceApi {
  const ask = createAsk(fetch)
  const post = <Value>(path: string, body: unknown, schema: v.GenericSchema<unknown, Value>) =>
    ask({ method: 'POST', path, body }, readJson(schema))
  return {
    registration: () => ask({ method: 'GET', path: '/api/registration' }, readJson(registrationAnswer)),
    requestCode: (address) => post('/api/registration/code', { address }, nothing),
    requestReset: (handle) => post('/api/forgotten', { handle }, nothing),
    reset: (body) => post('/api/reset', body, me),
    newcomer: () => ask({ method: 'GET', path: '/api/sso/newcomer' }, readJson(ssoNewcomer)),
    registerBySso: (body) => post('/api/sso/register', body, me),
    claim: (token) => post('/api/claim', { token }, nothing),
  }
}
