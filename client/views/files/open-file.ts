import type { FileView } from '../../data/messages/file-view.ts'

/** A text longer than this is saved, and not shown inside. */
const TEXT_BYTES_MAX = 1_000_000

/** Whether a file can be read inside the conversation: any text, also one that a browser would run, which is then only text. */
export function isText({ type, bytes }: Pick<FileView, 'type' | 'bytes'>): boolean {
  return bytes <= TEXT_BYTES_MAX && (type.startsWith('text/') || TEXTS.includes(type))
}

const TEXTS = ['application/json', 'application/xml', 'application/javascript', 'image/svg+xml', 'application/rtf']

/** As what a file may be opened in a window of its own; null where it may only be saved, as what a browser would run. */
export function toOpenType({ type }: Pick<FileView, 'type'>): string | null {
  return OPENED.includes(type) ? type : null
}

const OPENED = ['application/pdf', 'image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif']
