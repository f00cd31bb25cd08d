const EVERY_MS = 20

/** Looks again and again until `look` gives something; throws with `what` when it has not within `withinMs`. */
export async function waitFor<Found>(
  what: string,
  look: () => Promise<Found | undefined> | Found | undefined,
  withinMs = 30_000,
): Promise<Found> {
  const end = Date.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
  }
}
