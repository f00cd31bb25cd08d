/** So many words at most are under way to Redis and back. */
const EXPECTED_MAX = 1_000

/** What one process said over a bus that tells everybody, so that it need not hear it again. */
export interface Echoes {
  /** It was said, and comes back. */
  expect(text: string): void
  /** Whether this is what was said here, come back. Redis keeps the order, so what was said before it was lost. */
  take(text: string): boolean
  clear(): void
}

export function createEchoes(): Echoes {
  let expected: string[] = []
  return {
    expect(text) {
      expected.push(text)
      if (expected.length > EXPECTED_MAX) expected.shift()
    },
    take(text) {
      const index = expected.indexOf(text)
      if (index < 0) return false
      expected.splice(0, index + 1)
      return true
    },
    clear() {
      expected = []
    },
  }
}
