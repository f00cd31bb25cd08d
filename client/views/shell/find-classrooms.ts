import type { StaffedView } from '../../data/classroom/views.ts'
import { fold, hasWords, toSearchWords } from '../../../shared/search-words.ts'

/** The classrooms whose title holds every word; none without words. */
export function findClassrooms(classrooms: readonly StaffedView[], words: string): StaffedView[] {
  const wanted = toSearchWords(words)
  return wanted.length === 0 ? [] : classrooms.filter(({ title }) => hasWords(fold(title), wanted))
}
