const SAID_MS = 2_500

let said: HTMLElement | undefined

/** Says for a moment that something was done, to eyes and to screen readers; what is said next takes its stead. */
export function say(words: string): void {
  // Whatever was chosen from a menu closes it first: what is said in a menu would go with it.
  setTimeout(() => {
    const note = document.createElement('p')
    note.className = 'said-note'
    note.role = 'status'
    said?.remove()
    said = note
    // Behind an open dialog nothing is heard.
    const dialog = [...document.querySelectorAll('dialog[open]')].at(-1)
    ;(dialog ?? document.body).append(note)
    // A screen reader tells of what changes in a place that it knows already.
    requestAnimationFrame(() => (note.textContent = words))
    setTimeout(() => note.remove(), SAID_MS)
  })
}
