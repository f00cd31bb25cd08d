import { watchRefused } from '../../data/classroom/refused.ts'
import type { OpenedClassroom } from '../../data/classroom/opened-classroom.ts'
import type { QuestionView } from '../../data/classroom/views.ts'
import { watchClassroom } from '../../data/classroom/watch-classroom.ts'
import { watchPolls } from '../../data/classroom/watch-polls.ts'
import { watchQuestions } from '../../data/classroom/watch-questions.ts'
import { watchStorage } from '../../data/connection/storage-line.ts'
import { live } from '../../ui/live.svelte.ts'
import { searchQuestions, type Found, type ReplyTexts } from '../classroom/search-questions.ts'
import { arrangeQuestions, type Tab } from './arrange-questions.ts'
import { listOwnNews } from './own-news.ts'

/** What a student's page lists, by tab or by words that are searched for; while a component is made. */
export class StudentPageState {
  tab = $state<Tab>('top')
  /** Null while nothing is searched for. */
  words = $state<string | null>(null)
  /** What became of one's own questions since the page was opened, in sentences to be read aloud. */
  said = $state('')

  readonly #connection
  readonly #storage = live(() => watchStorage())
  readonly #classroom
  readonly #questions
  readonly #polls
  readonly #refused
  #replies = $state.raw<ReplyTexts | null>(null)
  /** Not state: only what was said last is compared. */
  #before: readonly QuestionView[] | null = null

  constructor(opened: OpenedClassroom, onError: (error: unknown) => void) {
    this.#connection = live(() => opened.connection)
    this.#classroom = live(() => watchClassroom(opened))
    this.#questions = live(() => watchQuestions(opened))
    this.#polls = live(() => watchPolls(opened))
    this.#refused = live(() => watchRefused(opened))
    $effect(() => this.#sayNews())
    $effect(() => {
      if (this.words === null || this.#questions.value === undefined) return
      import('../classroom/thread-texts.ts').then(
        ({ loadReplyTexts }) => loadReplyTexts(opened).then((texts) => (this.#replies = texts), onError),
        // With no network, and before the app is installed, questions are searched without their replies.
        () => undefined,
      )
    })
  }

  // Each is undefined until the device has answered for the first time.
  readonly connection = $derived.by(() => this.#connection.value)
  readonly storage = $derived.by(() => this.#storage.value)
  /** It was here, and the server has it no more. */
  readonly isDeleted = $derived(this.connection?.problem === 'not_found' && this.connection.known)
  readonly classroom = $derived.by(() => {
    const classroom = this.#classroom.value
    if (classroom === undefined || !this.isDeleted) return classroom
    return { ...classroom, phase: 'ended' as const, endsAt: null, threadsOpen: false }
  })
  readonly questions = $derived.by(() => this.#questions.value)
  readonly hasPolls = $derived.by(() => this.#polls.value && this.#polls.value.length > 0)
  readonly refused = $derived.by(() => this.#refused.value ?? [])

  readonly isLive = $derived(this.connection?.state === 'live')
  readonly takesQuestions = $derived(this.classroom?.phase === 'open')
  readonly all = $derived(this.questions ?? [])
  readonly tabs = $derived(arrangeQuestions(this.all))
  readonly newsCount = $derived(this.tabs.mine.filter(({ news }) => news).length)
  // Whoever answered a quiz looks for what was right: the last one stays in sight.
  readonly #lastQuiz = $derived.by(() => this.#polls.value?.findLast(({ quiz }) => quiz))
  readonly currentPolls = $derived.by(() =>
    (this.#polls.value ?? []).filter((poll) => poll.state === 'open' || poll === this.#lastQuiz),
  )
  readonly pastPolls = $derived.by(() =>
    (this.#polls.value ?? []).filter((poll) => !this.currentPolls.includes(poll)).reverse(),
  )
  readonly found = $derived.by((): Found[] => {
    const { top, mine } = this.tabs
    if (this.words === null || this.words.trim() === '')
      return this.tabs[this.tab].map((question) => ({ question, reply: null }))
    return searchQuestions([...top, ...mine.filter(({ state }) => state !== 'shown')], this.#replies, this.words)
  })

  showMine(): void {
    this.words = null
    this.tab = 'mine'
  }

  #sayNews(): void {
    const latest = this.questions
    if (latest === undefined) return
    const sentences = this.#before === null ? [] : listOwnNews(this.#before, latest)
    if (sentences.length > 0) this.said = sentences.join('. ')
    this.#before = latest
  }
}
