/** What was being written survives a reload of this tab, and ends with it: the next person at this computer finds nothing. */
export function readDraft(roomId: string): string {
  try {
    return sessionStorage.getItem(toKey(roomId)) ?? ''
  } catch {
    return ''
  }
}

export function keepDraft(roomId: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(toKey(roomId))
    else sessionStorage.setItem(toKey(roomId), text)
  } catch {
    // Where a browser keeps nothing, what is being written is on the page alone.
  }
}

function toKey(roomId: string): string {
  return `chatbox-classroom-draft-${roomId}`
}
