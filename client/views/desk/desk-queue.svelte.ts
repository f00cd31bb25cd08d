import type { OpenedClassroom } from '../../data/classroom/opened-classroom.ts'
import type { PollView, QuestionView } from '../../data/classroom/views.ts'
import { searchQuestions, type Found, type ReplyTexts } from '../classroom/search-questions.ts'
import { loadReplyTexts } from '../classroom/thread-texts.ts'
import { arrangeQueue, QUEUE_TABS, queueTabName, type QueueTab } from './queue.ts'

export type DeskTab = QueueTab | 'polls'

interface Watched {
  readonly questions: readonly QuestionView[]
  readonly polls: readonly PollView[]
  isNew(question: QuestionView): boolean
}

const LISTED_STEP = 100

/** What a desk lists, by tab or by words that are searched for, and which question of it is the current one. */
export class DeskQueue {
  currentId = $state<string | null>(null)
  words = $state('')

  readonly #watched: Watched
  #tab = $state<DeskTab>('votes')
  #replies = $state.raw<ReplyTexts | null>(null)
  #listedMax = $state(LISTED_STEP)
  /** Where the current one was listed last; it is -1 once it left by itself or the list is another one. */
  #lastAt = -1

  readonly isSearching = $derived(this.words.trim() !== '')
  readonly arranged = $derived.by(() => arrangeQueue(this.#watched.questions))
  readonly entries = $derived.by((): Found[] => {
    const { newest, away } = this.arranged
    if (this.isSearching) return searchQuestions(newest.concat(away), this.#replies, this.words)
    return this.#tab === 'polls' ? [] : this.arranged[this.#tab].map((question) => ({ question, reply: null }))
  })
  /** At most so many as are drawn at once. */
  readonly listed = $derived(this.entries.slice(0, this.#listedMax))
  readonly unlistedCount = $derived(this.entries.length - this.listed.length)
  readonly tabs = $derived.by(() => {
    const queue = QUEUE_TABS.map((one) => ({
      ...{ tab: one, name: queueTabName(one), count: this.arranged[one].length, calls: one === 'held' },
    }))
    const polling = { tab: 'polls' as const, name: 'Polls', count: this.#watched.polls.length }
    return [...queue.slice(0, -1), polling, ...queue.slice(-1)]
  })
  /** What was there before this desk was opened begins here in the newest; -1 elsewhere. */
  readonly firstReadAt = $derived.by(() => {
    if (this.#tab !== 'newest' || this.isSearching) return -1
    return this.entries.findIndex(({ question }) => !this.#watched.isNew(question))
  })
  readonly current = $derived.by(() => this.#watched.questions.find(({ id }) => id === this.currentId))
  /** The one card that the Tab key reaches. */
  readonly tabbableId = $derived.by(() =>
    this.#indexOfCurrent() === -1 ? this.entries[0]?.question.id : this.currentId,
  )

  constructor(watched: Watched, currentId: string | null) {
    this.#watched = watched
    this.currentId = currentId
  }

  get tab(): DeskTab {
    return this.#tab
  }

  showTab(tab: DeskTab): void {
    this.#tab = tab
    this.words = ''
    this.#listedMax = LISTED_STEP
    this.#lastAt = -1
  }

  listMore(): void {
    this.#listedMax += LISTED_STEP
  }

  /** Replies are searched too, as the device holds them now. */
  async loadReplies(opened: OpenedClassroom): Promise<void> {
    this.#replies = await loadReplyTexts(opened)
  }

  /** The one so many further down; the first where none is current, and undefined where nothing is listed. */
  neighbourOf(by: 1 | -1): QuestionView | undefined {
    const at = this.#indexOfCurrent()
    return this.entries[at === -1 ? 0 : Math.max(0, Math.min(at + by, this.entries.length - 1))]?.question
  }

  /**
   * What was judged leaves the list: the one that is now where it was becomes the current one. Answers with the one
   * that left, undefined where the current one is still listed.
   */
  replaceWhatLeft(): string | undefined {
    const at = this.#indexOfCurrent()
    const left = this.currentId
    if (at !== -1) this.#lastAt = at
    if (at !== -1 || left === null || this.#lastAt === -1) return undefined
    this.currentId = this.entries[Math.min(this.#lastAt, this.entries.length - 1)]?.question.id ?? null
    this.#lastAt = -1
    return left
  }

  #indexOfCurrent(): number {
    return this.entries.findIndex(({ question }) => question.id === this.currentId)
  }
}
