import * as v from 'valibot'
import {
  addressAnswer,
  me,
  type Me,
  passkeyOptions,
  type PasskeyCreated,
  type PasskeySigned,
  type WaysIn,
  waysIn,
} from '../../shared/protocol/http.ts'
import { type Answer, createAsk } from './campus-http.ts'
import { type Fetch, mapValue, readJson } from './request.ts'

/** How somebody gets into their account, and changes that. */
export type KeysApi = ReturnType<typeof createKeysApi>

const nothing = v.pipe(
  v.unknown(),
  v.transform(() => null),
)

/** With `account`, a user id, the server refuses to take a request for somebody else's. */
export function createKeysApi(fetch: Fetch, account?: string) {
  const ask = createAsk(fetch, account)
  const post = <Value>(path: string, body: unknown, schema: v.GenericSchema<unknown, Value>) =>
    ask({ method: 'POST', path, body }, readJson(schema))
  const remove = (path: string) => ask({ method: 'DELETE', path }, readJson(nothing))
  const begin = async (path: string) =>
    mapValue(await post(`${path}/options`, {}, passkeyOptions), (one) => one.options)
  return {
    listWaysIn: (): Promise<Answer<WaysIn>> => ask({ method: 'GET', path: '/api/account/ways-in' }, readJson(waysIn)),
    proveByPassword: (password: string) => post('/api/account/proof', { password }, nothing),
    beginLinking: async () => mapValue(await post('/api/account/sso', {}, addressAnswer), ({ address }) => address),
    unlink: (id: string) => remove(`/api/account/sso/${id}`),
    beginAdding: () => begin('/api/account/passkeys'),
    addPasskey: (created: PasskeyCreated) => post('/api/account/passkeys', created, nothing),
    renamePasskey: (id: string, name: string) => post(`/api/account/passkeys/${id}`, { name }, nothing),
    removePasskey: (id: string) => remove(`/api/account/passkeys/${id}`),
    beginProving: () => begin('/api/account/proof/passkey'),
    proveByPasskey: (signed: PasskeySigned) => post('/api/account/proof/passkey', signed, nothing),
    beginEntering: () => begin('/api/passkeys'),
    enter: (signed: PasskeySigned): Promise<Answer<Me>> => post('/api/passkeys/sign-in', signed, me),
  }
}
