import type { Reason } from '../../../shared/classroom/reasons.ts'

/** What is asked in the demo's lecture, and what becomes of it. */
export interface DemoQuestion {
  text: string
  /** Minutes after the class has begun. */
  minute: number
  votes: number
  name?: string
  answers?: readonly string[]
  /** Of those in the room: the asker, or somebody else. */
  replies?: readonly { by: 'asker' | 'someone'; text: string; endorsed?: true }[]
  fate?:
    | { kind: 'aloud' | 'pinned' | 'held' | 'muted' | 'withdrawn' }
    | { kind: 'rephrase'; note: string }
    | { kind: 'dismissed'; reason: Reason; note?: string }
    /** Into the question that stands at this index of the list. */
    | { kind: 'merged'; into: number }
}

export const LECTURE_TITLE = 'Algorithms 2, week 6: shortest paths'
/** A question with one of these is held. */
export const LECTURE_WORDS = ['exam leak', 'stupid']

export const LECTURE: readonly DemoQuestion[] = [
  {
    text: 'Why does **Dijkstra** need edges without negative weights? I see that it breaks, but not *where* the proof uses it.',
    minute: 4,
    votes: 23,
    fate: { kind: 'pinned' },
    answers: [
      'The proof says: when $u$ leaves the queue, $d(u)$ is final. Suppose a shorter path enters the finished set at $y$. Then\n\n$$d(y) + w(y, \\dots, u) < d(u) \\le d(y)$$\n\nwhich needs $w(y, \\dots, u) < 0$. Without negative edges that cannot be, and **this line is the only place** that uses it.',
    ],
    replies: [{ by: 'asker', text: 'Ah, so it is only the inequality on the right. Thank you!' }],
  },
  {
    text: 'What is the running time with a Fibonacci heap, and does anybody use one in practice?',
    minute: 6,
    votes: 17,
    answers: [
      '$O(m + n \\log n)$ against $O((m + n) \\log n)$ with a binary heap. In practice hardly anybody: the constants and the pointers cost more than the logarithm. A binary heap with lazy deletion is what you will meet:\n\n```python\nwhile heap:\n    d, u = heappop(heap)\n    if d > dist[u]:\n        continue  # an older entry\n    for v, w in graph[u]:\n        if d + w < dist[v]:\n            dist[v] = d + w\n            heappush(heap, (dist[v], v))\n```',
    ],
    replies: [{ by: 'someone', text: 'Boost has one, and its docs say to measure first.', endorsed: true }],
  },
  {
    text: 'Could you zoom in? From the last row nobody can read the indices.',
    minute: 7,
    votes: 19,
    fate: { kind: 'aloud' },
  },
  { text: 'Is Bellman–Ford on the exam, or only Dijkstra?', minute: 9, votes: 14, fate: { kind: 'aloud' } },
  {
    text: 'In line 7 of the pseudocode, should it be `d[v] > d[u] + w(u,v)` and not `≥`?',
    minute: 11,
    votes: 12,
    answers: ['Both are right. With `≥` it relaxes more often for nothing, so `>` is what one writes.'],
  },
  { text: 'Why do we stop Bellman–Ford after $n - 1$ rounds and not after $n$?', minute: 14, votes: 11 },
  { text: 'How would I rebuild the path itself, and not only its length?', minute: 15, votes: 9 },
  {
    text: 'I still do not get what a *potential* is for. What does $\\pi(v)$ mean, as a picture?',
    minute: 18,
    votes: 9,
    replies: [
      { by: 'someone', text: 'I think of it as the height of each node: going downhill is cheaper by the difference.' },
    ],
  },
  { text: 'Does A* always visit fewer nodes than Dijkstra?', minute: 20, votes: 7 },
  {
    text: 'What happens with edges of weight zero?',
    minute: 21,
    votes: 6,
    answers: ['Nothing bad: the inequality is not strict.'],
  },
  { text: 'هل يمكن استخدام الخوارزمية نفسها على شبكة القطارات؟', minute: 22, votes: 5 },
  { text: 'Where are the slides of last week?', minute: 23, votes: 4, fate: { kind: 'aloud' } },
  { text: 'Can the sheet be handed in by two?', minute: 24, votes: 4, name: 'Jonas, group 3' },
  { text: 'Could the tutorial on Thursday start at 14:15? The bus comes at 14:05.', minute: 25, votes: 3 },
  {
    text: 'Why does Dijkstra fail when a weight is negative?',
    minute: 26,
    votes: 4,
    fate: { kind: 'merged', into: 0 },
  },
  { text: 'negative edges + dijkstra = ???', minute: 27, votes: 2, fate: { kind: 'merged', into: 0 } },
  { text: 'Fibonacci heaps: are they ever worth it?', minute: 28, votes: 3, fate: { kind: 'merged', into: 1 } },
  {
    text: 'Is it true that somebody has an exam leak from last year?',
    minute: 29,
    votes: 0,
  },
  { text: 'This is a stupid question, but what does “relax” mean here?', minute: 31, votes: 0 },
  {
    text: 'Does it work for the other one too?',
    minute: 32,
    votes: 1,
    fate: { kind: 'rephrase', note: 'Which other one: Bellman–Ford, or A*?' },
  },
  { text: 'Who won on Saturday?', minute: 33, votes: 2, fate: { kind: 'dismissed', reason: 'off_topic' } },
  {
    text: 'What is the running time with a Fibonacci heap?',
    minute: 34,
    votes: 0,
    fate: { kind: 'dismissed', reason: 'answered_before', note: 'See question 2, with code.' },
  },
  { text: 'Never mind, found it.', minute: 35, votes: 0, fate: { kind: 'withdrawn' } },
  { text: 'Could we see one example with a cycle of negative length, step by step?', minute: 36, votes: 8 },
  { text: 'How large can $n$ be until Floyd–Warshall is too slow? $O(n^3)$ sounds bad.', minute: 38, votes: 5 },
  { text: 'Is the homework of this week also about potentials?', minute: 40, votes: 2 },
]

export const LECTURE_POLLS = [
  {
    minute: 12,
    kind: 'one',
    question: 'Which one handles negative edges?',
    options: ['Dijkstra', 'Bellman–Ford', 'Both', 'Neither'],
    results: 'reveal',
    answers: [6, 31, 4, 2],
    ends: 'revealed',
  },
  {
    minute: 37,
    kind: 'scale',
    question: 'How fast was this part?',
    options: [],
    results: 'live',
    answers: [1, 4, 18, 9, 3],
    ends: 'open',
  },
] as const
