/** Runs the tasks given under one key in the order in which they were given, one after the other, whether or not one fails. */
export function createKeyedMutex(): <Value>(of: object, name: string, task: () => Promise<Value>) => Promise<Value> {
  const last = new WeakMap<object, Map<string, Promise<unknown>>>()
  return (of, name, task) => {
    const tails = last.get(of) ?? new Map<string, Promise<unknown>>()
    last.set(of, tails)
    const done = (tails.get(name) ?? Promise.resolve()).then(task, task)
    tails.set(name, done)
    return done
  }
}
