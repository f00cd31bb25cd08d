import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

/*
 * An authenticator as software: it makes ES256 keys and signs with them, as Web Authentication says ("Authenticator data",
 * "Attestation objects" with the format "none"). Each part can be made wrong.
 */

export interface Options {
  challenge?: unknown
  user?: { id?: unknown }
}

export interface Wrongs {
  origin?: string
  rpId?: string
  challenge?: string
  /** Flags of the authenticator data: user present 1, verified 4, backup eligible 8, backed up 16. */
  flags?: number
  counter?: number
  type?: string
  key?: KeyObject
  userHandle?: string
}

export interface Authenticator {
  create(options: Options, wrongs?: Wrongs): object
  sign(options: Options, wrongs?: Wrongs): object
  /** What it counts with the next signature. */
  setCounter(next: number): void
}

const [PRESENT, VERIFIED, ATTESTED] = [1, 4, 64]
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest()

/** `counts` is whether it counts its signatures, as a key of its own does and one that is copied between devices does not. */
export function createAuthenticator(place: { origin: string; rpId: string }, counts = true): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  let counter = 0
  let userHandle = ''

  function toData(wrongs: Wrongs, attested = Buffer.alloc(0)): Buffer {
    const flags = (wrongs.flags ?? PRESENT | VERIFIED) | (attested.length > 0 ? ATTESTED : 0)
    if (counts) counter += 1
    const count = Buffer.alloc(4)
    count.writeUInt32BE(wrongs.counter ?? (counts ? counter : 0))
    return Buffer.concat([sha256(wrongs.rpId ?? place.rpId), Buffer.from([flags]), count, attested])
  }
  const toClientData = (type: string, { challenge }: Options, wrongs: Wrongs) =>
    Buffer.from(
      JSON.stringify({
        type: wrongs.type ?? type,
        challenge: wrongs.challenge ?? String(challenge),
        ...{ origin: wrongs.origin ?? place.origin, crossOrigin: false },
      }),
    )
  const base = { id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key' }

  return {
    setCounter: (next) => (counter = next - 1),
    create(options, wrongs = {}) {
      userHandle = String(options.user?.id)
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      // A map of five: kty EC2, alg ES256, crv P-256, x, y (RFC 9052).
      const key = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url'),
      ])
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key])
      const data = toData(wrongs, attested)
      const length = Buffer.alloc(2)
      length.writeUInt16BE(data.length)
      const attestationObject = Buffer.concat([
        Buffer.from([0xa3, 0x63]),
        Buffer.from('fmt'),
        Buffer.from([0x64]),
        Buffer.from('none'),
        Buffer.from([0x67]),
        Buffer.from('attStmt'),
        Buffer.from([0xa0, 0x68]),
        Buffer.from('authData'),
        Buffer.from([0x59]),
        length,
        data,
      ])
      const response = {
        clientDataJSON: toClientData('webauthn.create', options, wrongs).toString('base64url'),
        ...{ attestationObject: attestationObject.toString('base64url'), transports: ['internal'] },
      }
      return { ...base, response, clientExtensionResults: {} }
    },
    sign(options, wrongs = {}) {
      const [data, client] = [toData(wrongs), toClientData('webauthn.get', options, wrongs)]
      const signature = createSign('SHA256')
        .update(Buffer.concat([data, sha256(client)]))
        .sign(wrongs.key ?? privateKey)
      const response = {
        ...{ clientDataJSON: client.toString('base64url'), authenticatorData: data.toString('base64url') },
        ...{ signature: signature.toString('base64url'), userHandle: wrongs.userHandle ?? userHandle },
      }
      return { ...base, response, clientExtensionResults: {} }
    },
  }
}
