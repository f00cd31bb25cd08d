import { cleanLine, cleanText } from '../../../shared/clean-text.ts'
import { CLASSROOM_TITLE_MAX, WORD_MAX, WORDS_MAX } from '../../../shared/classroom/limits.ts'
import type { CreateClassroomBody } from '../../../shared/classroom/http.ts'
import type { PhotosChoice } from '../../../shared/classroom/photos.ts'
import type { ClassroomView } from '../../data/classroom/views.ts'
import { fromWhenField, toWhenField } from './when-field.ts'

/** A classroom's settings as they are typed. */
export interface ClassroomDraft {
  title: string
  mode: ClassroomView['mode']
  opensAt: string
  endsAt: string
  threadsUntil: string
  slowSeconds: number
  answers: ClassroomView['answers']
  names: boolean
  photos: PhotosChoice
  /** One on each line, or with commas between them. */
  words: string
  groupId: string | null
}

export type DraftErrors = Partial<Record<'title' | 'endsAt' | 'threadsUntil' | 'words', string>>

/** Where nobody chose; also of a server of an older version, which says nothing of photos. */
const PHOTOS_UNLESS_CHOSEN: PhotosChoice = 'held'

export function createDraft(): ClassroomDraft {
  return {
    ...{ title: '', mode: 'open', opensAt: '', endsAt: '', threadsUntil: '' },
    ...{ slowSeconds: 0, answers: 'staff', names: false, words: '', groupId: null },
    photos: PHOTOS_UNLESS_CHOSEN,
  }
}

export function toDraft(classroom: ClassroomView): ClassroomDraft {
  const { title, mode, slowSeconds, answers, names, words, groupId, photos = PHOTOS_UNLESS_CHOSEN } = classroom
  return {
    ...{ title, mode, slowSeconds, answers, names, photos, groupId },
    opensAt: toWhenField(classroom.opensAt),
    endsAt: toWhenField(classroom.endsAt),
    threadsUntil: toWhenField(classroom.threadsUntil),
    words: (words ?? []).join('\n'),
  }
}

/** The settings that somebody typed, or what is wrong with them. */
export function readClassroomDraft(
  draft: ClassroomDraft,
): { ok: true; body: CreateClassroomBody } | { ok: false; errors: DraftErrors } {
  const { mode, slowSeconds, answers, names, photos, groupId } = draft
  const title = cleanLine(draft.title)
  const [opensAt, endsAt, threadsUntil] = [draft.opensAt, draft.endsAt, draft.threadsUntil].map(fromWhenField) as [
    number | null,
    number | null,
    number | null,
  ]
  const words = splitWords(draft.words)
  const errors: DraftErrors = {}
  if (title === '') errors.title = 'Give the classroom a title.'
  else if (title.length > CLASSROOM_TITLE_MAX) errors.title = `A title has at most ${CLASSROOM_TITLE_MAX} characters.`
  if (opensAt !== null && endsAt !== null && endsAt <= opensAt) errors.endsAt = 'It ends before it opens.'
  if (endsAt !== null && threadsUntil !== null && threadsUntil < endsAt) {
    errors.threadsUntil = 'Threads stay open at least until the class ends.'
  }
  const long = words.find((word) => word.length > WORD_MAX)
  if (long !== undefined) errors.words = `“${long}” is too long. A word has at most ${WORD_MAX} characters.`
  if (words.length > WORDS_MAX) errors.words = `The list holds at most ${WORDS_MAX} words.`
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  return {
    ok: true,
    body: { title, mode, opensAt, endsAt, threadsUntil, slowSeconds, answers, names, words, photos, groupId },
  }
}

export type ClassroomChanges = Partial<Omit<CreateClassroomBody, 'groupId'>>

/** What differs from how the classroom is, or null when nothing does. */
export function findChanges(classroom: ClassroomView, body: CreateClassroomBody): ClassroomChanges | null {
  const { groupId: _, ...settings } = body
  const before = { ...classroom, photos: classroom.photos ?? PHOTOS_UNLESS_CHOSEN }
  const isOther = (key: string, value: unknown) =>
    JSON.stringify(value) !== JSON.stringify(before[key as keyof ClassroomChanges])
  const changes = Object.entries(settings).filter(([key, value]) => isOther(key, value))
  return changes.length === 0 ? null : Object.fromEntries(changes)
}

function splitWords(text: string): string[] {
  const words = cleanText(text)
    .split(/[\n,]/)
    .map((word) => cleanLine(word).toLowerCase())
  return [...new Set(words.filter((word) => word !== ''))]
}
