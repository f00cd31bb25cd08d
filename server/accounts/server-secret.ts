import { decodeBase64urlIgnorePadding, encodeBase64urlNoPadding } from '@oslojs/encoding'
import { randomBytes } from 'node:crypto'
import type { Store } from '../store/store.ts'

const SECRET_BYTES = 32

/** A key that all processes of this ChatBox share under a name; whoever asks first makes it. */
export async function findServerSecret(store: Store, name: string): Promise<Uint8Array> {
  return store.write(async (db) => {
    const made = { name, value: encodeBase64urlNoPadding(randomBytes(SECRET_BYTES)) }
    const find = () => db.selectFrom('server_secret').select('value').where('name', '=', name).executeTakeFirst()
    const before = await find()
    if (before !== undefined) return decodeBase64urlIgnorePadding(before.value)
    await db.insertInto('server_secret').values(made).execute()
    return decodeBase64urlIgnorePadding(made.value)
  })
}
