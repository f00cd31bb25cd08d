import { constants, createHash, generateKeyPairSync, sign } from 'node:crypto'
import { createClassroom } from '../../../server/classroom/create-classroom.ts'
import type { Store } from '../../../server/store/store.ts'
import type { Token } from '../../../shared/classroom/commands.ts'
import type { CreateClassroomBody } from '../../../shared/classroom/http.ts'
import type { Chance } from '../scheduler.ts'

/** A classroom, and the key of its tokens where it is limited to a group. */
export interface SimClassroom {
  readonly id: string
  readonly issuer: Issuer | undefined
}

export interface Issuer {
  /** Base64url of DER, as the classroom's row has it, and its hash, as a link has it. */
  readonly publicKey: string
  readonly privateKey: string
  readonly keyHash: string
  /** As many tokens as all devices of a run need, each good once. */
  readonly tokens: readonly Token[]
}

const TOKENS = 60
const SALT_BYTES = 48
const MESSAGE_BYTES = 64

let made: Issuer | undefined

/**
 * The same for all runs, for a key takes longer than a run. Signed without being blinded, a token is what it would have
 * become (RFC 9474): how members get theirs unseen is for other tests.
 */
export function getIssuer(): Issuer {
  made ??= createIssuer()
  return made
}

function createIssuer(): Issuer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048, publicExponent: 65_537 })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return {
    publicKey: spki.toString('base64url'),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url'),
    keyHash: createHash('sha256').update(spki).digest('base64url'),
    tokens: Array.from({ length: TOKENS }, (_, index) => {
      const message = createHash('sha512').update(`token ${index}`).digest().subarray(0, MESSAGE_BYTES)
      const signature = sign('sha384', message, { key: privateKey, padding, saltLength: SALT_BYTES })
      return { message: message.toString('base64url'), signature: signature.toString('base64url') }
    }),
  }
}

const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz234567'
const CODE_CHARACTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

export async function makeClassroom(
  store: Store,
  chance: Chance,
  owner: string,
  issuer: Issuer | undefined,
  now: number,
): Promise<SimClassroom> {
  const draw = (characters: string, length: number) =>
    Array.from({ length }, () => characters.charAt(chance.between(0, characters.length - 1))).join('')
  const id = draw(ID_CHARACTERS, 12)
  const body: CreateClassroomBody = {
    title: 'A lecture',
    ...{ mode: 'open', answers: 'everyone' },
    ...{ opensAt: null, endsAt: null, threadsUntil: null, slowSeconds: 0 },
    ...{ names: false, words: ['zebra'], groupId: null },
  }
  const keys = {
    id,
    code: draw(CODE_CHARACTERS, 8),
    issuerPublic: issuer?.publicKey ?? null,
    issuerPrivate: issuer?.privateKey ?? null,
    challengeKey: 'a key of the simulation',
  }
  await createClassroom(store, owner, body, keys, now)
  return { id, issuer }
}
