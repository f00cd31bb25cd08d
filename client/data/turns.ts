/** Runs what is asked under one key in the order in which it was asked, one after the other, whether or not it fails. */
export function createTurns(): <Value>(of: object, name: string, work: () => Promise<Value>) => Promise<Value> {
  const last = new WeakMap<object, Map<string, Promise<unknown>>>()
  return (of, name, work) => {
    const turns = last.get(of) ?? new Map<string, Promise<unknown>>()
    last.set(of, turns)
    const turn = (turns.get(name) ?? Promise.resolve()).then(work, work)
    turns.set(name, turn)
    return turn
  }
}
