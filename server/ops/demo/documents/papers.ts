import { createPdf, type PrintedLine } from './pdf.ts'

const task = (text: string): PrintedLine => ({ text, isBold: true, size: 12, gap: 14 })
const part = (text: string): PrintedLine => ({ text, indent: 18, gap: 3 })

/** What the tutors hand out in the fifth week. */
export function createExerciseSheet(): Buffer {
  return createPdf('Algorithms 2, sheet 5', [
    [
      { text: 'Algorithms 2', size: 20, isBold: true },
      { text: 'Dr. Ruth Keller, winter term', gap: 2 },
      { text: 'Sheet 5: shortest paths', size: 15, isBold: true, gap: 18 },
      { text: 'To be handed in on Thursday before 14:15, in groups of two or three.', gap: 4 },
      task('Task 1   Dijkstra by hand (4 points)'),
      part('The graph of the lecture has the edges  s-a 4,  s-b 2,  b-a 1,  a-c 5,  b-d 8,  c-d 2,  c-t 6,  d-t 3.'),
      part('(a)  Write down the distances after each step of the algorithm, beginning at s.'),
      part('(b)  Change the weight of one edge so that the shortest path to t changes, and nothing else does.'),
      task('Task 2   Negative edges (4 points)'),
      part('(a)  Find a graph with three nodes and one negative edge in which Dijkstra’s algorithm is wrong.'),
      part('(b)  Somebody adds the same number to all weights, until none is negative. Why does that not help?'),
      task('Task 3   Heaps (6 points)'),
      part('(a)  Show that n insertions into a binary heap take O(n log n) in the worst case, and O(n) on average.'),
      part('(b)  Implement Dijkstra with a binary heap and lazy deletion. Explain the line that skips an entry.'),
      part('(c)  Measure both versions on city.txt, and draw the times. What do you see from 10,000 nodes on?'),
      task('Task 4   For those who are bored (2 points more)'),
      part('Let all weights be whole numbers from 0 to C. Find an algorithm that needs O(m + nC).'),
      { text: 'Questions? Ask in the group, or anonymously in the classroom.', gap: 26 },
    ],
    [
      { text: 'Remarks on sheet 4', size: 15, isBold: true },
      part('Most of you had task 2 right. Please do not write “obvious” where it is not.'),
      part('Whoever proves something by induction names what the induction is over.'),
      part('In task 3 the base case is n = 0: a tree may be empty.'),
      { text: 'Points: 14 on average, 20 at most. Eleven groups had all of them.', gap: 14 },
    ],
  ])
}

export function createConcertProgramme(): Buffer {
  const piece = (composer: string, title: string): readonly PrintedLine[] => [
    { text: composer, isBold: true, size: 13, gap: 16, indent: 60 },
    { text: title, size: 12, indent: 60, gap: 2 },
  ]
  return createPdf('Winter concert', [
    [
      { text: 'Winter concert', size: 30, isBold: true, gap: 70, indent: 60 },
      { text: 'of the university choir', size: 16, indent: 60, gap: 6 },
      { text: 'Saturday, 19:30, main hall. Admission is free.', size: 12, indent: 60, gap: 18 },
      ...piece('Gabriel Fauré', 'Cantique de Jean Racine'),
      ...piece('Johannes Brahms', 'Geistliches Lied'),
      ...piece('Arvo Pärt', 'The Deer’s Cry'),
      { text: 'Intermission', size: 12, indent: 60, gap: 24 },
      ...piece('Morten Lauridsen', 'O magnum mysterium'),
      ...piece('Traditional', 'Three spirituals'),
      { text: 'Please switch your phones to silent. This one also works offline.', size: 10, indent: 60, gap: 60 },
    ],
  ])
}
