const queue: (() => void)[] = []

/**
 * Does one thing after the other, each in a turn of its own of the event loop: what is drawn in many parts holds up
 * neither keys nor paints. Returns the function that takes it out again.
 */
export function inTurn(work: () => void): () => void {
  if (queue.push(work) === 1) setTimeout(next)
  return () => {
    const at = queue.indexOf(work)
    // The first one's turn is coming by itself.
    if (at === 0) queue[0] = () => undefined
    else if (at > 0) queue.splice(at, 1)
  }
}

/** Resolves in a turn of its own: what follows is no part of what goes on now. */
export function ownTurn(): Promise<void> {
  return new Promise((resolve) => void inTurn(resolve))
}

function next(): void {
  const [work] = queue
  try {
    work?.()
  } finally {
    queue.shift()
    if (queue.length > 0) setTimeout(next)
  }
}
