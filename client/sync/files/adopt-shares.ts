import { ClientDatabase, databaseName } from '../database.ts'
import { deleteDatabase, listDatabases } from '../storage/delete-database.ts'
import { NOBODY } from './share-key.ts'

/** What was shared on this device while nobody was signed in becomes that of whoever is: nobody else is offered it. */
export async function adoptShares(db: ClientDatabase): Promise<void> {
  if (!(await listDatabases()).includes(databaseName(NOBODY))) return
  const nobodys = new ClientDatabase(NOBODY)
  try {
    const [contents, uploads, drafts] = await Promise.all([
      nobodys.contents.toArray(),
      nobodys.uploads.toArray(),
      nobodys.drafts.toArray(),
    ])
    await db.transaction('rw', db.contents, db.uploads, db.drafts, async () => {
      await db.contents.bulkPut(contents)
      await db.uploads.bulkPut(uploads)
      await db.drafts.bulkPut(drafts)
    })
  } finally {
    nobodys.close()
  }
  await deleteDatabase(databaseName(NOBODY))
}
