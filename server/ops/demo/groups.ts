import {
  ALGEBRA,
  ALGORITHMS,
  CHOIR,
  CLIMBING,
  COURSE,
  DATABASES,
  ERASMUS,
  FILM,
  FLAT,
  PHYSICS,
  THESIS,
  TUTORS,
} from './threads.ts'

export interface DemoGroup {
  title: string
  members: number
  threads: readonly (readonly string[])[]
  /** How much is said here, beside the others. */
  share: number
}

export const DEMO_GROUPS: readonly DemoGroup[] = [
  { title: 'Algorithms 2', members: 22, threads: [...ALGORITHMS, ...COURSE], share: 5 },
  { title: 'Linear Algebra', members: 26, threads: [...ALGEBRA, ...COURSE], share: 5 },
  { title: 'Physics Lab, Thursday', members: 8, threads: [...PHYSICS, ...COURSE], share: 3 },
  { title: 'Databases (Dr. Iyer)', members: 18, threads: [...DATABASES, ...COURSE], share: 4 },
  { title: 'Climbing 🧗', members: 9, threads: CLIMBING, share: 3 },
  { title: 'Choir', members: 16, threads: CHOIR, share: 2 },
  { title: 'Flat 3B', members: 4, threads: FLAT, share: 4 },
  {
    title: 'Tutors of Linear Algebra, Analysis and Numerics, winter and summer term',
    members: 7,
    threads: TUTORS,
    share: 2,
  },
  { title: 'Film Club', members: 14, threads: FILM, share: 2 },
  { title: 'Erasmus Café ☕️', members: 19, threads: ERASMUS, share: 4 },
  { title: 'Thesis writers anonymous', members: 6, threads: THESIS, share: 3 },
  { title: 'طلاب العربية', members: 5, threads: ERASMUS.slice(5, 6).concat(FILM), share: 1 },
]
