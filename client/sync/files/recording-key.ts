/** Under which keys pieces of contents are a voice that is being recorded, and no part of anything that could be fetched again. */
const PREFIX = 'voice/'

/** Of a conversation, or in a classroom of a question. */
export function recordingKey(id: string): string {
  return `${PREFIX}${id}`
}

export function isRecording(key: string): boolean {
  return key.startsWith(PREFIX)
}
