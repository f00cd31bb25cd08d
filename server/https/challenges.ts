/** What proves to an authority that a name leads here, by the token that it asks for. */
export interface Challenges {
  add(token: string, keyAuthorization: string): void
  remove(token: string): void
  find(path: string): string | undefined
}

const FOLDER = '/.well-known/acme-challenge/'

export function createChallenges(): Challenges {
  const byToken = new Map<string, string>()
  return {
    add: (token, keyAuthorization) => void byToken.set(token, keyAuthorization),
    remove: (token) => void byToken.delete(token),
    find: (path) => (path.startsWith(FOLDER) ? byToken.get(path.slice(FOLDER.length)) : undefined),
  }
}
