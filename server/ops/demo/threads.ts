/*
 * What people on a campus say to each other. A thread is a list of lines:
 *
 *   A: text        A says it; A, B, C … stand for different members each time
 *   B> text        B answers the message before
 *   *👍 A C        A and C put this under the message before
 *   A~ text        A corrects the message before
 *   #              whoever leads the group pins the message before
 *
 * `{name}` is filled from WORDS, the same within one thread; `@B` mentions B, `@all` everyone.
 */

export const WORDS: Record<string, readonly string[]> = {
  room: ['H 104', 'B 2.17', 'C 301', 'the old library', 'Lab 3', 'A 012', 'the reading room'],
  day: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
  time: ['9:15', '10:00', '12:30', '14:15', '16:00', '18:30', '20:00'],
  sheet: ['2', '3', '4', '5', '6', '7', '8', '9', '10', '11'],
  task: ['1a', '1b', '2', '3c', '4', '5b'],
  chapter: ['3', '4.2', '5', '6.1', '7', '8.3', '9'],
  food: ['lentil curry', 'pizza', 'the veggie lasagne', 'falafel', 'ramen', 'pierogi', 'Käsespätzle'],
  film: ['“Stalker”', '“Spirited Away”', '“La Haine”', '“Roma”', '“The Third Man”', '“Portrait of a Lady on Fire”'],
  grade: ['5c', '6a', '6a+', '6b', '6c'],
  piece: ['the Fauré', 'Lauridsen’s “O magnum mysterium”', 'the Brahms', 'the gospel medley', 'the Pärt'],
  thing: ['charger', 'umbrella', 'blue water bottle', 'calculator', 'grey scarf', 'bike light'],
  minutes: ['5', '10', '15', '20'],
  city: ['Lisbon', 'Kraków', 'Bologna', 'Uppsala', 'Izmir', 'Ghent'],
}

type Thread = readonly string[]

export const SMALL_TALK: readonly Thread[] = [
  ['A: Are you on campus today?', 'B: Yes, until {time}. Coffee?', 'A: Always ☕️', '*😄 B'],
  [
    'A: Did you leave a {thing} at my place?',
    'B: Oh no, so that is where it went',
    'B: I pick it up {day}, thank you!',
    '*👍 A',
  ],
  [
    'A: Running {minutes} minutes late, the tram stands still again',
    'B> No stress, I am early anyway',
    'A: You are the best',
  ],
  ['A: {food} at the mensa today. Just saying.', 'B: I am already in the queue', 'A: Save me a seat!', '*🏃 B'],
  [
    'A: Can you send me your notes of {day}? I could hear nothing in the last row',
    'B: Sure, tonight. My handwriting in chapter {chapter} is a warning to all',
    'A: I have read worse. Mine, for example 😅',
    '*😂 B',
  ],
  [
    'A: How did the exam go?',
    'B: Honestly? Better than I feared',
    'B: Task {task} was *exactly* like in the exercise',
    'A: 🎉',
    '*❤️ B',
  ],
  [
    'A: Do you still need help with the move?',
    'B: Yes please, {day} at {time}. There will be {food}',
    'A: Then I have no choice',
    '*😄 B',
  ],
  [
    'A: The Wi-Fi in {room} is gone again',
    'B: This message reached me all the same',
    'A: It waited in my pocket until the corridor 😌',
  ],
  ['A: Happy birthday!! 🎂🎈', 'B: Thank you!! You remembered', 'A: The app told me nothing, I swear', '*❤️ B'],
  [
    'A: Could you read over my abstract? It is 180 words',
    'B: Send it',
    'A: “We present a method that …” No wait, I send the file by mail',
    'B> Read it. Two commas, otherwise lovely',
    '*🙏 A',
  ],
  [
    'A: Have you seen {film}?',
    'B: Three times. Say nothing bad about it',
    'A: I was going to ask whether you come along on {day}',
    'B: Yes!!',
  ],
  [
    'A: Is the library open on the holiday?',
    'B: https://library.example.edu/opening-hours says until 18:00',
    'A: Thanks',
  ],
  [
    'A: Kannst du mir morgen dein Fahrrad leihen?',
    'B: Klar, Schlüssel liegt wie immer unter dem Topf',
    'A: Danke dir! 🚲',
    '*👍 B',
  ],
  ['A: Tu viens ce soir ?', 'B: J’arrive vers {time}, je ramène du pain', 'A: Parfait 🥖'],
  ['A: ¿Quedamos el viernes para estudiar?', 'B: Sí, a las {time} en la biblioteca', 'A: Genial'],
  ['A: 明日の授業、教室変わったよね？', 'B: そう、{room} になった', 'A: ありがとう！'],
  ['A: هل أنت في المكتبة؟', 'B: نعم، في الطابق الثاني', 'A: سأصل بعد {minutes} دقائق'],
]

export const CAMPUS: readonly Thread[] = [
  [
    'A: The main building closes at 20:00 on {day} for maintenance. The network is off in wing C until the morning.',
    '*👍 B C D E',
    'B: Does the library stay open?',
    'A> Yes, as usual until midnight.',
  ],
  ['A: Found: a {thing} in {room}. It is at the porter’s desk.', '*🙏 B', 'B: That is mine! Thank you so much'],
  [
    'A: **Semester ticket:** the new one is valid from the 1st. Print it or keep it on your phone, an offline copy is enough.',
    '*❤️ B C D',
  ],
  [
    'A: The exam dates are out: https://campus.example.edu/exams',
    '*😱 B C D E F',
    'B: Two on the same {day}, of course',
    'C> Write to the office *now*, last term they moved one for us',
  ],
  ['A: Blood donation on {day}, {time}, {room}. Cake for everyone who comes 🍰', '*🩸 B C'],
  ['A: Reminder: council elections until {day}. It takes two minutes.', 'B: Done', '*✅ A C D'],
  ['A: Bike workshop on {day} at {time} behind the gym. Bring your own patches, we have the pumps.', '*🚲 B C'],
]

export const COURSE: readonly Thread[] = [
  [
    'A: Has anybody solved task {task} of sheet {sheet}?',
    'B: Half of it. The base case is the hard part',
    'C> Think of it as the same statement for $n-1$, then it is two lines',
    'A: Ohhh',
    '*💡 A B',
  ],
  [
    'A: Is the deadline for sheet {sheet} {day} or the day after?',
    'B> {day}, {time}',
    'A: Thanks, nearly slept through it',
    '*😅 C',
  ],
  [
    'A: I typed up my notes of chapter {chapter}, whoever wants them: https://notes.example.edu/chapter-{chapter}',
    '*❤️ B C D',
    'B: You are a hero',
    'C: Page 4: the sign in the second line should be a minus, I think',
    'A> Right! Corrected',
    '*👍 C',
  ],
  [
    'A: Study group {day} {time} in {room}?',
    'B: I am in',
    'C: Me too, I bring {food}',
    '*😋 A B',
    'D: Arriving {minutes} min late',
  ],
  [
    'A: @B did you get your points for sheet {sheet}?',
    'B: Yes, 17 of 20',
    'B: The tutor wants a sentence of reasoning for everything, also what is “obvious”',
    '*😬 A C',
  ],
  [
    'A: Will chapter {chapter} be in the exam?',
    'B: She said everything up to it, and that it would be *unwise* to leave it out',
    '*😂 A C D',
  ],
  [
    'A: The lecture of {day} is in {room} instead!',
    '*🙏 B C D',
    '#',
    'B: Thank you, I was already sitting in the wrong one',
  ],
  [
    'A: For those who missed it, short version of today:\n\n1. definition and two examples\n2. the theorem, with proof\n3. why the converse is false\n\nPoint 3 is what he always asks.',
    '*🙏 B C D E',
  ],
  ['A: Recording of today is up', 'B: Also without network?', 'A> You can download it, 210 MB. Better do it at home'],
]

export const ALGORITHMS: readonly Thread[] = [
  [
    'A: Why is my Dijkstra so slow? I push every neighbour into the list and sort it each time',
    'B> That sort is the reason. Use a heap:\n\n```python\nimport heapq\n\ndef dijkstra(graph, start):\n    dist = {start: 0}\n    queue = [(0, start)]\n    while queue:\n        d, u = heapq.heappop(queue)\n        if d > dist[u]:\n            continue\n        for v, w in graph[u]:\n            if d + w < dist.get(v, float("inf")):\n                dist[v] = d + w\n                heapq.heappush(queue, (d + w, v))\n    return dist\n```',
    '*🤯 A',
    'A: 40 s → 0.3 s. Thank you!!',
    '*🎉 B C',
  ],
  [
    'A: Is $O(n \\log n)$ the best one can do for sorting?',
    'B> By comparisons, yes: a decision tree for $n!$ orders is at least $\\log_2(n!)$ deep, and $$\\log_2(n!) = \\sum_{k=1}^{n} \\log_2 k \\ge \\frac{n}{2}\\log_2\\frac{n}{2}$$',
    '*💡 A C',
    'C: With integers of bounded size radix sort is linear',
  ],
  [
    'A: Master theorem question: $T(n) = 2T(n/2) + n$?',
    'B> $a = 2$, $b = 2$, $f(n) = n$, so case 2: $T(n) = \\Theta(n \\log n)$',
    '*👍 A',
  ],
  [
    'A: Does somebody understand amortised analysis?',
    'B: Think of a piggy bank: each cheap `push` pays 2 coins, one for itself, one for being copied later',
    'A: Why did nobody say it like that',
    '*❤️ B C',
  ],
  [
    'A: My test fails only on the server 😩',
    'B: Off by one? The server has an empty list among the cases',
    'A: It was the empty list',
    '*😂 B C',
    '*🫠 D',
  ],
  [
    'A: A small bug with a big effect:\n\n```ts\nconst visited = new Set<number>()\nfor (const v of graph[u]) {\n  if (visited.has(u)) continue // should be v\n  visited.add(v)\n}\n```',
    '*😅 B C',
    'B: I stared at this for an hour last week, same line',
  ],
]

export const ALGEBRA: readonly Thread[] = [
  [
    'A: What is an eigenvector *really*?',
    'B> A direction that the map only stretches: $A v = \\lambda v$',
    'C: And the determinant of $A - \\lambda I$ tells you when there is one',
    '*💡 A',
  ],
  [
    'A: Is every symmetric matrix diagonalisable?',
    'B> Yes, the spectral theorem: $A = Q \\Lambda Q^{\\top}$ with $Q$ orthogonal',
    '*👍 A C',
    'D: Real symmetric! Complex symmetric is not enough',
    'B> True, thank you',
  ],
  [
    'A: Solution of task {task}, please check:\n\n$$\\begin{pmatrix} 2 & 1 \\\\ 1 & 2 \\end{pmatrix} \\begin{pmatrix} 1 \\\\ 1 \\end{pmatrix} = 3 \\begin{pmatrix} 1 \\\\ 1 \\end{pmatrix}$$\n\nso $\\lambda = 3$, and the other one is $1$.',
    '*✅ B C',
  ],
  [
    'A: Gram–Schmidt by hand is a punishment',
    'B: It is meditation',
    '*🧘 C',
    'A: With fractions like $\\frac{17}{\\sqrt{306}}$ it is a punishment',
  ],
]

export const PHYSICS: readonly Thread[] = [
  [
    'A: Our value for $g$ is $9.79 \\pm 0.04\\ \\mathrm{m/s^2}$',
    '*👏 B C',
    'B: Ours is 10.6. We measured the wrong length, didn’t we',
    'A> From the hook to the *middle* of the bob',
    'B: …',
  ],
  [
    'A: Who has the photo of the set-up of {day}?',
    'B: Me, in the shared folder: https://files.example.edu/lab/set-up',
    'A: Thanks!',
  ],
  [
    'A: How do I combine the errors for $v = s/t$?',
    'B> $$\\frac{\\Delta v}{v} = \\sqrt{\\left(\\frac{\\Delta s}{s}\\right)^2 + \\left(\\frac{\\Delta t}{t}\\right)^2}$$',
    '*🙏 A C',
  ],
  [
    'A: Report is due {day}. I do theory and the plots, you do error discussion?',
    'B: Deal',
    'C: I check the units',
    '*🤝 A B',
  ],
  [
    'A: The oscilloscope in {room} is broken again',
    'B: Hit it on the left side. Gently.',
    '*😂 A C',
    'A: It works',
    '*😳 B',
  ],
]

export const DATABASES: readonly Thread[] = [
  [
    "A: Why is this slow?\n\n```sql\nSELECT * FROM enrolment\nWHERE lower(handle) = 'lena'\nORDER BY created_at;\n```",
    'B> The function hides the column from the index. Store it in lower case, or index the expression',
    'A: From 2 s to 3 ms',
    '*🚀 B C',
  ],
  [
    'A: Third normal form in one sentence?',
    'B> Every non-key attribute depends on the key, the whole key, and nothing but the key',
    'C: so help me Codd',
    '*😂 A B D',
    '*👏 E',
  ],
  ['A: Our ER diagram has 23 entities. Too many?', 'B: For a bicycle rental? Yes', '*😅 A'],
  [
    'A: What is the difference between `REPEATABLE READ` and `SERIALIZABLE` again?',
    'B: The first lets a phantom in, in theory. In practice read what *your* database does',
    'C> Section {chapter} has a good table',
  ],
]

export const CLIMBING: readonly Thread[] = [
  ['A: Hall on {day}, {time}?', 'B: In!', 'C: In, I bring the long rope', '*🧗 A B D', 'D: I come after work'],
  [
    'A: FINALLY did the {grade} in the corner!!',
    '*🎉 B C D E',
    '*💪 B C',
    'B: The one with the sloper?? Respect',
    'A: Left heel high, then breathe',
  ],
  [
    'A: Weather for the weekend looks good, who is up for the quarry?',
    'B: Yes! Car with 3 free seats',
    'C: One seat for me please',
    'D> And me',
    'B: Full then. Departure {time} at the station',
    '*👍 C D',
  ],
  [
    'A: Check your harness buckles, there is a recall for the 2021 model: https://climbing.example.org/recall',
    '*🙏 B C D',
    '#',
  ],
]

export const CHOIR: readonly Thread[] = [
  [
    'A: Rehearsal {day} {time} in {room}, please look at {piece} before',
    '*👍 B C D E',
    'B: From bar 48 on it is a mystery to me',
    'C> The tenors know it just as little, come along',
  ],
  ['A: Who can drive the risers on {day}?', 'B: I have the van', '*❤️ A C'],
  ['A: Concert: 214 visitors!!! Thank you all', '*🎶 B C D E', '*❤️ B C D', 'B: I still have {piece} in my head'],
  ['A: Lost after the rehearsal: one {thing}', 'B: On the piano', 'A: 🙏'],
]

export const FLAT: readonly Thread[] = [
  [
    'A: Whose turn is the bathroom?',
    'B: According to the plan: @C',
    'C: According to the plan of *last* week',
    '*😂 A B',
  ],
  ['A: Landlord comes {day} at {time} because of the heating', 'B: I am there', '*🙏 A C'],
  ['A: I ordered {food} for everyone, come home', '*😍 B C', 'B: 4 minutes', 'C: 3'],
  [
    'A: The oat milk with my name on it is empty. It was full this morning.',
    'B: …',
    'C: …',
    'B: I buy two tomorrow',
    '*😌 A',
  ],
  ['A: Electricity bill: 86,40 € each. Reference “{day}”', '*💸 B C', 'B: Sent', 'C: Sent'],
]

export const TUTORS: readonly Thread[] = [
  [
    'A: Sheet {sheet} is online. Marking scheme in the folder, half points are allowed from task 2 on.',
    '*👍 B C D',
    'B: What about those who only give the result?',
    'A> One point of four, with a friendly comment',
  ],
  [
    'A: Three groups handed in the same solution with the same spelling mistake',
    'B: “Eigenvektro”?',
    'A: “Eigenvektro”',
    '*😂 B C',
    'C: I talk to them on {day}',
  ],
  [
    'A: Can somebody take my class on {day}, {time}? I am at the dentist',
    'B: I can, {room}?',
    'A> Yes. Thank you!!',
    '*🦷 C',
  ],
  ['A: @all please send me your points until {day}, {time}', '*✅ B C D', '#'],
]

export const FILM: readonly Thread[] = [
  [
    'A: {day}, {time}, {room}: {film}. Free entry, bring a cushion',
    '*🍿 B C D E',
    'B: Original with subtitles?',
    'A> Always',
  ],
  [
    'A: I did not expect to cry at {film}',
    '*😭 B C',
    'B: The scene at the window …',
    'C: No spoilers, I watch it on {day}!',
  ],
  ['A: Vote for next week: ❤️ for {film}, 😂 for a comedy', '*❤️ B C D', '*😂 E F'],
]

export const ERASMUS: readonly Thread[] = [
  [
    'A: Hola a todos, soy nueva aquí 👋',
    'B: ¡Bienvenida!',
    'C: Welcome! Where are you from?',
    'A: {city}',
    '*❤️ B C D',
  ],
  [
    'A: Wer weiß, wo man hier gut und günstig essen kann?',
    'B: Beim kleinen Laden hinter dem Bahnhof, {food} für 5 €',
    'C: +1, le meilleur du quartier',
    '*😋 A',
  ],
  [
    'A: Quelqu’un pour un tandem français–allemand ?',
    'B: Ich! Je parle un peu déjà',
    '*🤝 A',
    'A: Super, jeudi {time} ?',
  ],
  ['A: Bugün hava çok güzel, göle gidiyoruz ☀️', 'B: Geliyorum!', 'C: I understood “lake”, I come too', '*😂 A B'],
  ['A: 週末に {city} へ行く人いますか？', 'B: 行きたい！', 'C: Me too! Train at {time}?', '*🚆 A B'],
  ['A: مرحبا جميعاً! هل يوجد نادٍ للشطرنج هنا؟', 'B: Yes! {day} at {time} in {room}', 'A: شكراً جزيلاً', '*♟️ C'],
  ['A: क्या किसी के पास प्रेशर कुकर है?', 'B: मेरे पास है, शाम को ले लो', '*🙏 A', 'C: I smell {food} coming', '*😄 A B'],
  ['A: Дякую всім за вчорашній вечір!', 'B: It was lovely, thank *you*', '*❤️ C D'],
]

export const THESIS: readonly Thread[] = [
  ['A: Word count today: 412. Deleted: 380.', '*🫂 B C', 'B: That is 32 more than yesterday', '*💪 A'],
  [
    'A: Does anybody have a good reference for group commit?',
    'B: DeWitt et al., 1984, “Implementation Techniques for Main Memory Database Systems”',
    'A> Perfect, thank you',
    '*📚 C',
  ],
  ['A: My supervisor: “interesting”. Is that good?', 'B: From Moreau it is a standing ovation', '*😂 A C D'],
  [
    'A: LaTeX question: how do I keep a figure on its page?',
    'B> `\\usepackage{float}` and `[H]`',
    'C: The official answer is: let go',
    '*🧘 A B',
  ],
  ['A: SUBMITTED 🎉🎉🎉', '*🎉 B C D E', '*❤️ B C', 'B: Congratulations!!! Cake on {day}?', 'A: Cake every day'],
]
