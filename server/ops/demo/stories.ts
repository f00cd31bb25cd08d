/** When something was: so long ago, or on the last day of such a date, such as “01-18”. */
export type When = { hoursAgo: number } | { daysAgo: number } | { lastOn: string }

/**
 * Something that happened once, and comes with files: a thread, as in `threads.ts`, with two more letters. L is who looks
 * around, M leads the conversation. `A[cat]: text` sends the file of that name, and `A[cat]» text` forwards it from where it
 * was sent.
 */
export interface Story {
  /** A group by its title, the campus, or the direct conversation with one of the friends of who looks around. */
  where: { group: string } | { friend: number } | 'everyone'
  when: When
  thread: readonly string[]
}

const [ALGORITHMS, ALGEBRA, LAB] = ['Algorithms 2', 'Linear Algebra', 'Physics Lab, Thursday']
const [DATABASES, CLIMBING, CHOIR, FLAT] = ['Databases (Dr. Iyer)', 'Climbing 🧗', 'Choir', 'Flat 3B']

export const STORIES: readonly Story[] = [
  {
    where: { group: ALGORITHMS },
    when: { daysAgo: 318 },
    thread: [
      'A[board-dijkstra]: The board, before somebody needs it for something else',
      '*🙏 B C D E',
      'B: The table on the right is gold',
      'C> Row 3 made it click for me',
    ],
  },
  {
    where: { group: ALGORITHMS },
    when: { daysAgo: 214 },
    thread: [
      'A[dijkstra]: The heap version, in case somebody wants to compare',
      'B[terminal-tests]> Same here, and look at the second number',
      '*🚀 A C D',
      'C: 0.3 seconds?? Mine is still running',
    ],
  },
  {
    where: { group: ALGORITHMS },
    when: { daysAgo: 97 },
    thread: [
      'A[timings]: All three heaps on city.txt. The Fibonacci one loses, every time',
      'B: The constants!',
      '*📈 C D',
    ],
  },
  {
    where: { group: ALGORITHMS },
    when: { hoursAgo: 26 },
    thread: [
      'M[exercise-sheet]: Sheet 5. It is on the website as well, when that is not down.',
      '*👍 A B C D',
      'A: Does task 3c mean the same city.txt as last time?',
      'M> The same, with two more streets.',
    ],
  },
  {
    where: { group: ALGEBRA },
    when: { daysAgo: 283 },
    thread: [
      'A[board-eigenvectors]: For everyone who asked what an eigenvector *really* is',
      '*💡 B C D',
      'L: Saved. Thank you!',
    ],
  },
  {
    where: { group: ALGEBRA },
    when: { daysAgo: 131 },
    thread: [
      'A: Can somebody look at my 3b?',
      'A[sheet-solution]: ',
      'B> All of it is right. Four points if I were the tutor',
      'A: The red is from the tutor 😄',
      '*😄 B C',
    ],
  },
  {
    where: { group: ALGEBRA },
    when: { daysAgo: 44 },
    thread: [
      'A[sheet-notes notes]: Lecture 9 by hand, and chapter 6 typed',
      '*❤️ B C D E',
      'B: You are the reason that I pass this',
    ],
  },
  {
    where: { group: LAB },
    when: { daysAgo: 246 },
    thread: ['A[oscilloscope]: It swings!!', '*🎉 B C', 'B: You hit it on the left side, didn’t you', 'A: Gently.'],
  },
  {
    where: { group: LAB },
    when: { daysAgo: 112 },
    thread: [
      'A[sheet-lab]: Before I spill coffee on it',
      'B[pendulum]: And typed. I check the third row again',
      'C> It is right, I measured it twice',
      '*👍 A B',
    ],
  },
  {
    where: { group: LAB },
    when: { daysAgo: 17 },
    thread: [
      'L[lab-report]: The report, with the plot. Please read it until tomorrow',
      'A: Two commas, otherwise done',
      '*✅ B C',
    ],
  },
  {
    where: { group: DATABASES },
    when: { daysAgo: 156 },
    thread: [
      'A[board-entities]: We are at 23 entities. This is the part that fits on the board',
      'B: “Do NOT erase”, of course',
      '*😅 C D',
    ],
  },
  {
    where: { group: DATABASES },
    when: { daysAgo: 61 },
    thread: [
      'A[schema]: Version 5. The repair table is gone, and nobody misses it',
      'B[terminal-query]: Meanwhile at our place',
      'A> From two seconds to nothing, beautiful',
      '*🚀 B C',
    ],
  },
  {
    where: { group: CLIMBING },
    when: { daysAgo: 301 },
    thread: ['A[climbing-wall]: They set the corner anew', 'B: The red one by the edge looks mean', '*😈 A C'],
  },
  {
    where: { group: CLIMBING },
    when: { lastOn: '09-06' },
    thread: [
      'A[forest lake rock panorama tent]: The weekend in five pictures. Same again next year?',
      '*😍 B C D E',
      'B: The tent!!',
      'C: I still have sand in my shoes',
      'D> That is chalk',
      '*😂 A B',
    ],
  },
  {
    where: { group: CLIMBING },
    when: { hoursAgo: 9 },
    thread: ['A[overhang]: New ones in the overhang since this morning. Who is in tonight?', 'B: In!', '*🧗 C D'],
  },
  {
    where: { group: CHOIR },
    when: { lastOn: '12-14' },
    thread: [
      'A[programme]: The programme, printed it is on cream paper',
      '*❤️ B C',
      'B[concert]: And this is how it looked from up there',
      '*🎶 A C D E',
      'A: Oh wow. You can see Ines yawn',
    ],
  },
  {
    where: { group: CHOIR },
    when: { daysAgo: 8 },
    thread: [
      'A[voice-bars]: ',
      'B: Listened to it three times, now I have bars 48 to 52',
      '*🙏 C',
      'A[first-chords]: And the beginning on the harmonium, for practice',
    ],
  },
  {
    where: { group: FLAT },
    when: { daysAgo: 204 },
    thread: ['A[plant]: It lives. Whoever watered it: thank you', 'B: 🙋', '*🌱 C'],
  },
  {
    where: { group: FLAT },
    when: { daysAgo: 73 },
    thread: [
      'L[cat]: We have a visitor again',
      '*😻 A B C',
      'A: Nobody move',
      'B> It is on MY side of the sofa',
      'L: It was here first',
    ],
  },
  {
    where: { group: FLAT },
    when: { hoursAgo: 20 },
    thread: ['A[curry]: There is more on the stove', '*😋 B C', 'B: On my way', 'C> Leave some for me!'],
  },
  {
    where: { group: 'Film Club' },
    when: { daysAgo: 127 },
    thread: ['A[cinema]: Full house!!', '*🍿 B C D', 'B: I see my own head'],
  },
  {
    where: { group: 'Erasmus Café ☕️' },
    when: { daysAgo: 187 },
    thread: ['A[train]: Auf dem Weg! Wer holt mich ab?', 'B: Moi! Quai 3', '*❤️ A'],
  },
  {
    where: 'everyone',
    when: { lastOn: '01-18' },
    thread: [
      'M[campus-snow]: Good morning. The paths are being cleared, please take care on the stairs.',
      '*❄️ A B C D E',
      'A: First snow of the year 😍',
    ],
  },
  {
    where: 'everyone',
    when: { lastOn: '04-22' },
    thread: ['A[campus-spring]: Lawn is open', '*☀️ B C D E F', 'B: Bring a blanket, not a laptop'],
  },
  {
    where: 'everyone',
    when: { hoursAgo: 41 },
    thread: [
      'M[campus-dusk]: The library stays open until midnight from today. The lights are on for you.',
      '*❤️ A B C D',
      '*📚 E',
    ],
  },
  {
    where: { friend: 0 },
    when: { daysAgo: 52 },
    thread: ['A: How is the cat?', 'L[cat]» ', 'A: 😻😻😻', 'L: It snores'],
  },
  {
    where: { friend: 0 },
    when: { hoursAgo: 6 },
    thread: ['A[voice-late]: ', 'L: No stress, I am early anyway', '*👍 A'],
  },
  {
    where: { friend: 1 },
    when: { daysAgo: 34 },
    thread: ['A[train-rain]: Late again. Forty minutes this time', 'L: Tea is waiting', '*🫖 A'],
  },
  {
    where: { friend: 1 },
    when: { hoursAgo: 31 },
    thread: ['L[night-desk]: Half past one', 'A> Go to bed!', 'L: One more page'],
  },
  {
    where: { friend: 2 },
    when: { daysAgo: 12 },
    thread: ['A[timetable]: When would Thursday work for you?', 'L: After the lab? 16:15', '*👍 A'],
  },
  { where: { friend: 4 }, when: { daysAgo: 3 }, thread: ['A[voice-key]: ', 'L: It is under the pot, as always'] },
]
