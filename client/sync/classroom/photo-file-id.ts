/*
 * A device keeps the photos of questions among the files of answers, under ids of their own: as all see it, which comes from the
 * server, and as it lies on its asker's device alone.
 */

const PREFIX = 'photo-'
const OWN_PREFIX = 'own-photo-'

/** Under which id a device keeps the photo of a question. */
export function toPhotoFileId(questionId: string): string {
  return `${PREFIX}${questionId}`
}

/** The question of a photo; undefined of a file. */
export function fromPhotoFileId(fileId: string): string | undefined {
  return fromPrefixed(PREFIX, fileId)
}

export function toOwnPhotoFileId(questionId: string): string {
  return `${OWN_PREFIX}${questionId}`
}

/** The question of a photo that lies on its asker's device alone; undefined of any other file. */
export function fromOwnPhotoFileId(fileId: string): string | undefined {
  return fromPrefixed(OWN_PREFIX, fileId)
}

function fromPrefixed(prefix: string, fileId: string): string | undefined {
  return fileId.startsWith(prefix) ? fileId.slice(prefix.length) : undefined
}
