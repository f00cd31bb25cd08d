import { watchPicture } from '../data/people/watch-picture.ts'
import type { Session } from '../data/session.ts'
import type { PictureSource } from '../ui/picture-source.ts'

/** Pictures that nobody shows any more are kept for a while, so that scrolling back does not flicker. */
const UNUSED_MAX = 200

interface Shown {
  url: string | null
  listeners: Set<(url: string) => void>
  stop: () => void
}

/** The pictures of this device as addresses; each is made once, and let go of when long unused. */
export function createPictures(session: Session): PictureSource & { close(): void } {
  const shown = new Map<string, Shown>()

  function begin(pictureId: string): Shown {
    const picture: Shown = { url: null, listeners: new Set(), stop: () => undefined }
    shown.set(pictureId, picture)
    const subscription = watchPicture(session, pictureId).subscribe((bytes) => {
      if (bytes === null || picture.url !== null) return
      const url = URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }))
      picture.url = url
      // A picture never changes: another one has another id.
      queueMicrotask(() => subscription.unsubscribe())
      for (const notify of picture.listeners) notify(url)
    })
    picture.stop = () => subscription.unsubscribe()
    return picture
  }

  function end(pictureId: string, picture: Shown): void {
    picture.stop()
    if (picture.url !== null) URL.revokeObjectURL(picture.url)
    shown.delete(pictureId)
  }

  function trim(): void {
    const unused = [...shown].filter(([, picture]) => picture.listeners.size === 0)
    for (const [pictureId, picture] of unused.slice(0, -UNUSED_MAX)) end(pictureId, picture)
  }

  return {
    show(pictureId, onUrl) {
      const picture = shown.get(pictureId) ?? begin(pictureId)
      // Last in the map is last used.
      shown.delete(pictureId)
      shown.set(pictureId, picture)
      picture.listeners.add(onUrl)
      if (picture.url !== null) onUrl(picture.url)
      return () => {
        picture.listeners.delete(onUrl)
        trim()
      }
    },
    close() {
      for (const [pictureId, picture] of [...shown]) end(pictureId, picture)
    },
  }
}
