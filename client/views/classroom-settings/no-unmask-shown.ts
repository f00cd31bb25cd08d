/** Whether this person was told on this device that nobody can find out who asked. */
export function wasTold(userId: string): boolean {
  try {
    return localStorage.getItem(toKey(userId)) !== null
  } catch {
    return false
  }
}

export function rememberTold(userId: string): void {
  try {
    localStorage.setItem(toKey(userId), 'yes')
  } catch {
    // Where a browser keeps nothing, they are told again.
  }
}

function toKey(userId: string): string {
  return `chatbox-told-no-unmask-${userId}`
}
