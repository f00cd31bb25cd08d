import type { ClassroomView } from '../../data/classroom/views.ts'

interface Asking {
  photos: ClassroomView['photos']
  /** Whether a question costs a token. */
  isPaid: boolean
  /** Nothing can be asked any more. */
  isOver: boolean
}

/** What happens to a photo that was chosen, plainly. */
export function toPhotoPromise({ photos, isPaid, isOver }: Asking): string {
  if (isOver) return 'It is on this device alone, and goes nowhere.'
  if (!takesPhotos({ photos })) return 'Questions carry no photos here any more. Remove it to ask without.'
  return [
    'Your photo was drawn anew without its name, place or camera. What is to be seen on it may still tell who you are.',
    ...(photos === 'held' ? ['Your question waits until the staff have looked at it.'] : []),
    ...(isPaid ? ['It costs nothing beside the question.'] : []),
  ].join(' ')
}

/** Servers of older versions say nothing of it, and take none. */
export function takesPhotos({ photos }: Pick<ClassroomView, 'photos'>): boolean {
  return photos === 'held' || photos === 'shown'
}
