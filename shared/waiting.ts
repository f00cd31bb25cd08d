/** A promise that whoever holds it settles. */
export interface Waiting<Answer> {
  readonly promise: Promise<Answer>
  resolve(answer: Answer): void
  reject(error: unknown): void
}

export function createWaiting<Answer>(): Waiting<Answer> {
  let resolve: (answer: Answer) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<Answer>((res, rej) => {
    resolve = res
    reject = rej
  })
  return { promise, resolve, reject }
}
