import type { UploadMetadata } from '../../../shared/protocol/files.ts'

/** What a file seems to be; what it is shows when it is drawn. */
export function guessSentAs({ type, name }: { type: string; name: string }): UploadMetadata['as'] {
  const isPicture = type.startsWith('image/') || /\.(hei[cf]|jpe?g|png|webp|gif|avif)$/i.test(name)
  return isPicture && type !== 'image/svg+xml' ? 'photo' : 'document'
}
