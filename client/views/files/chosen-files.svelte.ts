import {
  chooseFiles,
  describeFile,
  findSource,
  prepareAgain,
  removeChosen,
  sendAsDocument,
  setPrepared,
  watchChosenFiles,
  type ChoosingPart,
  type ChosenFile as Chosen,
} from '../../data/files/chosen-files.ts'
import { guessSentAs } from '../../data/files/guess-sent-as.ts'
import type { Session } from '../../data/session.ts'
import type { Upload } from '../../sync/database.ts'
import type { ChosenFile, SentAs } from '../../ui/media/chosen-file.ts'
import type { PhotoRefusal } from '../../ui/media/prepare-photo.ts'

/** Why something is sent as a document that looked like a photo. */
const NOTES: Readonly<Record<PhotoRefusal, string>> = {
  'not-a-photo': 'This browser cannot show it as a photo. It is sent as a document.',
  'too-large': 'It has too many pixels to be shown as a photo. It is sent as a document.',
  unreadable: 'It could not be read as a photo. It is sent as a document.',
}

type Choosing = ChoosingPart & Pick<Session, 'estimateFree'>

/** The files of the message that is being written. They outlive a reload, as its text does. */
export class ChosenFiles {
  /** A sentence about what was not taken; null where all was. */
  left: string | null = $state(null)
  #uploads: readonly Upload[] = $state.raw([])
  readonly #session: Choosing
  readonly #conversationId: string
  readonly #onError: (error: unknown) => void
  readonly #subscription: { unsubscribe(): void }
  #notes: Readonly<Record<string, string | undefined>> = $state.raw({})
  #urls: Readonly<Record<string, string | undefined>> = $state.raw({})
  /** Being drawn just now. */
  readonly #drawing: string[] = []
  /** Sent or removed, and not gone from the list yet. */
  #gone: readonly string[] = $state.raw([])
  #adding = $state(0)

  readonly list: readonly ChosenFile[] = $derived.by(() =>
    this.#uploads.filter(({ id }) => !this.#gone.includes(id)).map((upload) => this.#toChosen(upload)),
  )
  /** All that can be sent now. */
  readonly ready: readonly string[] = $derived(
    this.list.flatMap(({ id, state }) => (state.kind === 'ready' ? [id] : [])),
  )
  readonly isPreparing: boolean = $derived.by(
    () => this.#adding > 0 || this.list.some(({ state }) => state.kind === 'preparing'),
  )

  constructor(session: Choosing, conversationId: string, onError: (error: unknown) => void) {
    this.#session = session
    this.#conversationId = conversationId
    this.#onError = onError
    this.#subscription = watchChosenFiles(session, conversationId).subscribe((uploads) => {
      this.#uploads = uploads
      this.#forgetGone()
      for (const upload of uploads) if (!upload.isReady) void this.#prepare(upload).catch(onError)
      for (const upload of uploads) if (upload.as === 'photo') void this.#show(upload.id).catch(onError)
    })
  }

  stop(): void {
    this.#subscription.unsubscribe()
    for (const url of Object.values(this.#urls)) if (url !== undefined) URL.revokeObjectURL(url)
  }

  /** Keeps files that somebody picked, dropped or pasted. */
  async add(files: readonly File[], as?: Chosen['as']): Promise<void> {
    await this.addChosen(
      files.map((file) => ({ name: file.name, type: file.type, content: file, as: as ?? guessSentAs(file) })),
    )
  }

  async addChosen(files: readonly Chosen[]): Promise<void> {
    this.#adding += 1
    this.left = null
    try {
      const free = await this.#session.estimateFree()
      const fitting = files.filter(({ content }) => free === undefined || content.size < free)
      const { left } = await chooseFiles(this.#session, this.#conversationId, fitting)
      this.left = toLeftWords(left, files.length - fitting.length)
    } finally {
      this.#adding -= 1
    }
  }

  remove(id: string): void {
    this.#gone = [...this.#gone, id]
    void removeChosen(this.#session, id).catch(this.#onError)
  }

  sendAs(id: string, as: SentAs): void {
    this.#note(id, undefined)
    const changed =
      as === 'document' ? sendAsDocument(this.#session, id) : prepareAgain(this.#session, id, as === 'original')
    changed.catch(this.#onError)
  }

  describe(id: string, description: string): void {
    this.#uploads = this.#uploads.map((upload) => (upload.id === id ? { ...upload, description } : upload))
    void describeFile(this.#session, id, description).catch(this.#onError)
  }

  /** They are in a message now. */
  takeOut(ids: readonly string[]): void {
    this.#gone = [...this.#gone, ...ids]
    this.left = null
  }

  async #prepare({ id, name, asIs = false }: Upload): Promise<void> {
    if (this.#drawing.includes(id)) return
    this.#drawing.push(id)
    try {
      const source = await findSource(this.#session, id)
      if (source === undefined) return await removeChosen(this.#session, id)
      const [{ preparePhoto }, { drawSmall }] = await Promise.all([
        import('../../ui/media/prepare-photo.ts'),
        import('../../ui/media/draw-small.ts'),
      ])
      const photo = await preparePhoto({ file: source, name, isOriginal: asIs })
      if (typeof photo === 'string') {
        this.#note(id, NOTES[photo])
        await sendAsDocument(this.#session, id)
      } else {
        const small = await drawSmall(photo.blob, photo)
        await setPrepared(this.#session, id, { ...photo, content: photo.blob, small })
      }
    } finally {
      this.#drawing.splice(this.#drawing.indexOf(id), 1)
    }
  }

  #note(id: string, note: string | undefined): void {
    this.#notes = { ...this.#notes, [id]: note }
  }

  async #show(id: string): Promise<void> {
    if (this.#urls[id] !== undefined) return
    const content = await findSource(this.#session, id)
    if (content !== undefined && this.#urls[id] === undefined)
      this.#urls = { ...this.#urls, [id]: URL.createObjectURL(content) }
  }

  #forgetGone(): void {
    const isHere = (id: string) => this.#uploads.some((upload) => upload.id === id)
    this.#gone = this.#gone.filter(isHere)
    const left = Object.entries(this.#urls).filter(([id]) => !isHere(id))
    for (const [, url] of left) if (url !== undefined) URL.revokeObjectURL(url)
    if (left.length > 0) this.#urls = Object.fromEntries(Object.entries(this.#urls).filter(([id]) => isHere(id)))
  }

  #toChosen({ id, name, type, bytes, as, asIs, isReady, description }: Upload): ChosenFile {
    const state = isReady ? { kind: 'ready' as const } : { kind: 'preparing' as const }
    const chosen = { id, name, type, bytes, state }
    if (as !== 'photo') return { kind: 'document', ...chosen, note: this.#notes[id] ?? null }
    const url = this.#urls[id] ?? null
    return { kind: 'photo', ...chosen, as: asIs === true ? 'original' : 'photo', url, description }
  }
}

function toLeftWords(tooMany: number, tooLarge: number): string | null {
  const words = [
    ...(tooLarge > 0 ? [`This device has no room for ${tooLarge === 1 ? 'one of them' : `${tooLarge} of them`}.`] : []),
    ...(tooMany > 0
      ? [`Up to 10 files go together: ${tooMany === 1 ? 'one was left out' : `${tooMany} were left out`}.`]
      : []),
  ]
  return words.length === 0 ? null : words.join(' ')
}
