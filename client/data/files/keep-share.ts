import { uuidv7 } from 'uuidv7'
import { cleanText } from '../../../shared/clean-text.ts'
import type { ShareProblem } from '../../../shared/share-path.ts'
import { findAccount, openAccountDatabase } from '../../sync/account.ts'
import { ClientDatabase } from '../../sync/database.ts'
import { createContents } from '../../sync/files/contents.ts'
import { NOBODY, SHARE_PREFIX } from '../../sync/files/share-key.ts'
import { toStorageFailure } from '../../sync/storage/storage-failure.ts'
import { toUpload } from './chosen-files.ts'
import { guessSentAs } from './guess-sent-as.ts'

/*
 * What other apps share with this one, installed (Web Share Target, level 2). The service worker takes it, with network or
 * without, before any page is open, and keeps all of it or nothing:
 *
 *   form ── somebody is signed in ──▶ a share of theirs ── they choose where ──▶ chosen files and draft of a conversation
 *     │                                      ▲
 *     ├── nobody is ──▶ a share of nobody ───┘ somebody signs in
 *     └── no room ──▶ that is said
 */

export interface ShareOptions {
  now(): number
  onError(error: unknown): void
}

/** The fields of the form, as the web manifest names them. */
const TEXTS = ['title', 'text', 'url']
const FILES = 'files'

/** Keeps what a form of another app's brings; null once it is stored. */
export async function keepShare(
  request: Pick<Request, 'formData'>,
  options: ShareOptions,
): Promise<ShareProblem | null> {
  const form = await request.formData().catch(() => null)
  if (form === null) return 'missed'
  const text = joinTexts(TEXTS.map((name) => form.get(name)))
  const files = form.getAll(FILES).filter(isChosen)
  if (text === '' && files.length === 0) return 'missed'
  try {
    const account = await findAccount()
    const db = account === null ? new ClientDatabase(NOBODY) : openAccountDatabase(account.userId)
    await store(db, text, files, options.now).finally(() => db.close())
    return null
  } catch (error) {
    const failure = toStorageFailure(error)
    if (failure === undefined) options.onError(error)
    return failure === 'full' ? 'no-room' : 'not-kept'
  }
}

/** Where no file was chosen a form has an empty one without a name. */
function isChosen(value: FormDataEntryValue): value is File {
  return value instanceof File && (value.size > 0 || value.name !== '')
}

async function store(db: ClientDatabase, text: string, files: readonly File[], now: () => number): Promise<void> {
  const conversationId = SHARE_PREFIX + uuidv7()
  const contents = createContents(db, now)
  await db.transaction('rw', db.contents, db.uploads, db.drafts, async () => {
    for (const [place, file] of files.entries()) {
      const { name, type } = file
      const chosen = { name, type, content: file, as: guessSentAs(file) }
      const upload = toUpload(chosen, { conversationId, messageId: '', place })
      await contents.put(upload.id, chosen.as === 'photo' ? 'source' : 'whole', file)
      await db.uploads.add(upload)
    }
    // It stands for the share, also where there is no text.
    await db.drafts.add({ conversationId, text, replyToId: null, changedAt: now() })
  })
}

/** Many apps say the same twice, as the address in the text. */
function joinTexts(values: readonly (FormDataEntryValue | null)[]): string {
  const texts = values.map((value) => (typeof value === 'string' ? cleanText(value).trim() : ''))
  const distinct = texts.filter((text, at) => !texts.some((other, index) => isSaidBy(text, at, other, index)))
  return distinct.join('\n')
}

function isSaidBy(text: string, at: number, other: string, index: number): boolean {
  return at !== index && (text === other ? index < at : other.includes(text))
}
