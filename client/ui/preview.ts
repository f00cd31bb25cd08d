/** What stands in the page until it is made, written into it by the server. */
export interface Preview {
  /** The page takes its place. */
  end(): void
  /** Resolves when it did. */
  ended: Promise<void>
}

/** Whoever waits that long, on whatever network, is shown the page as far as it is. */
const PREVIEW_MAX_MS = 5_000

/** The preview that the server put into this page; null where it put none, or it is over. */
export function findPreview(): Preview | null {
  const element = document.getElementById('preview')
  if (element === null || element.childElementCount === 0) return null
  let say: () => void
  const ended = new Promise<void>((resolve) => (say = resolve))
  const end = () => {
    clearTimeout(timer)
    element.remove()
    say()
  }
  const timer = setTimeout(end, PREVIEW_MAX_MS)
  return { end, ended }
}
