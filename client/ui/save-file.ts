/** Lets the browser save a text as a file. */
export function saveFile(name: string, type: string, text: string): void {
  saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }))
}

/** Lets the browser save a content as a file. */
export function saveBlob(name: string, content: Blob): void {
  follow(content, (link) => (link.download = name))
}

/** Shows a content in a window of its own, as the browser shows its type; only a tap or a key may do so. */
export function openBlob(content: Blob): void {
  follow(content, (link) => {
    link.target = '_blank'
    link.rel = 'noopener'
  })
}

function follow(content: Blob, define: (link: HTMLAnchorElement) => void): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  define(link)
  link.click()
  // The browser has taken it up by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** A title as a file can be called: "algorithms-2-week-5". */
export function toFileName(title: string, otherwise = 'classroom'): string {
  const name = title
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
  return name === '' ? otherwise : name
}
