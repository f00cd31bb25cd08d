import type { StaffedView } from '../../data/classroom/views.ts'
import { fold } from '../../data/people/search-people.ts'

/** The classrooms whose title holds every word; none without words. */
export function findClassrooms(classrooms: readonly StaffedView[], words: string): StaffedView[] {
  const wanted = fold(words).trim().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return []
  return classrooms.filter(({ title }) => {
    const folded = fold(title)
    return wanted.every((word) => folded.includes(word))
  })
}
