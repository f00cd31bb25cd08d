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

/**
 * Whether one of these people but `userId` has a name or a handle that looks like this text and is another one. Who has
 * the very same name is no concern: there are two Anna Webers.
 */
export function looksLikeAnyOf(text: string, users: ReadonlyMap<string, UserTable>, userId: string): boolean {
  const skeleton = toSkeleton(text)
  if (skeleton === '') return false
  const words = toSameWords(text)
  const onlyLooksLike = (other: string) => toSkeleton(other) === skeleton && toSameWords(other) !== words
  for (const { id, name, handle } of users.values()) {
    if (id !== userId && (onlyLooksLike(name) || onlyLooksLike(handle))) return true
  }
  return false
}
