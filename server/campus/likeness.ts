import type { LikenessTable, UserTable } from '../store/schema.ts'
import { toLook, toSameWords, toSkeleton } from './skeleton.ts'

/** What a user's row is found by when somebody takes a name or a handle that looks the same. */
export function toLooks({ id, name, handle }: Pick<UserTable, 'id' | 'name' | 'handle'>): LikenessTable[] {
  const looks = [
    { kind: 'name' as const, look: toLook(name) },
    { kind: 'handle' as const, look: toLook(handle) },
  ]
  return looks.flatMap(({ kind, look }) => (look === null ? [] : [{ user_id: id, kind, look }]))
}

type Somebody = Pick<UserTable, 'id' | 'name' | 'handle'>

export interface Likeness {
  /** This is how somebody is called from now on. */
  note(user: Somebody): void
  /**
   * Whether somebody but `userId` has a name or a handle that looks like this text and is another one. Who has the very
   * same name is no concern: there are two Anna Webers.
   */
  hasLookAlike(userId: string, text: string): boolean
}

/**
 * Knows these people by what they look like, from the first question on, so that a class which registers in one batch is
 * not compared with itself one by one.
 */
export function createLikeness(users: ReadonlyMap<string, Somebody>): Likeness {
  let bySkeleton: Map<string, Set<string>> | undefined
  function add(index: Map<string, Set<string>>, { id, name, handle }: Somebody): void {
    for (const skeleton of [toSkeleton(name), toSkeleton(handle)]) {
      index.set(skeleton, (index.get(skeleton) ?? new Set()).add(id))
    }
  }
  function build(): Map<string, Set<string>> {
    const index = new Map<string, Set<string>>()
    for (const user of users.values()) add(index, user)
    return index
  }
  return {
    note(user) {
      if (bySkeleton !== undefined) add(bySkeleton, user)
    },
    hasLookAlike(userId, text) {
      const skeleton = toSkeleton(text)
      if (skeleton === '') return false
      bySkeleton ??= build()
      const words = toSameWords(text)
      // Who has another name by now is found by the one before too.
      const onlyLooksLike = (other: string) => toSkeleton(other) === skeleton && toSameWords(other) !== words
      return [...(bySkeleton.get(skeleton) ?? [])].some((id) => {
        const user = users.get(id)
        return id !== userId && user !== undefined && (onlyLooksLike(user.name) || onlyLooksLike(user.handle))
      })
    },
  }
}
