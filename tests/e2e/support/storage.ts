import type { ClientDatabase } from '../../../client/sync/database.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { Screen } from './person.ts'

/** Everything that this browser's IndexedDB holds, by database and store. */
export async function dumpStorage({ page }: Screen): Promise<Record<string, Record<string, unknown[]>>> {
  return page.evaluate(async () => {
    const toPromise = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'))
      })
    // Opening a database that was deleted since it was listed would make it anew.
    const openExisting = (name: string) => {
      const request = indexedDB.open(name)
      request.onupgradeneeded = () => request.transaction?.abort()
      return toPromise(request).catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'AbortError') return null
        throw error
      })
    }
    const dump: Record<string, Record<string, unknown[]>> = {}
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await openExisting(name)
      if (db === null) continue
      const stores = [...db.objectStoreNames]
      const transaction = stores.length === 0 ? undefined : db.transaction(stores)
      dump[name] = {}
      for (const store of stores) {
        if (transaction !== undefined) dump[name][store] = await toPromise(transaction.objectStore(store).getAll())
      }
      db.close()
    }
    return dump
  })
}

/** The texts of all messages on this device whose conversation is `conversationId`, by `n`; throws where `n` is not dense. */
export async function readMessages(screen: Screen, conversationId: string): Promise<string[]> {
  const rows = (await readStore(screen, 'messages')) as MessageRow[]
  const inOrder = rows.filter((row) => row.conversationId === conversationId).sort((one, other) => one.n - other.n)
  inOrder.forEach(({ n }, index) => {
    if (n !== index + 1) throw new Error(`n is ${n} where ${index + 1} belongs`)
  })
  return inOrder.map((row) => row.text ?? 'Message deleted')
}

/** Rows of one store, of whatever account. */
export async function readStore(
  screen: Screen,
  store: keyof Pick<ClientDatabase, 'messages' | 'outbox' | 'users' | 'conversations' | 'contents' | 'drafts'>,
): Promise<unknown[]> {
  return Object.values(await dumpStorage(screen)).flatMap((stores) => stores[store] ?? [])
}

/** Whether a text is anywhere in this browser's storage. */
export async function holds(screen: Screen, text: string): Promise<boolean> {
  return JSON.stringify(await dumpStorage(screen)).includes(text)
}

/** From the address of the open conversation. */
export function openConversationId({ page }: Screen): string {
  const id = /\/c\/([0-9a-f-]{36})/.exec(page.url())?.[1]
  if (id === undefined) throw new Error(`no conversation is open at ${page.url()}`)
  return id
}
