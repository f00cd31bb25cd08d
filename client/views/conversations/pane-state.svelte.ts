import type { ArrangedClassroom } from '../../data/classroom/watch-arranged.ts'
import { toTotals } from '../../data/conversations/totals.ts'
import { watchConversations } from '../../data/conversations/watch-conversations.ts'
import { watchTypists } from '../../data/people/watch-typists.ts'
import type { Session } from '../../data/session.ts'
import { classroomPath, conversationPath } from '../../router.ts'
import { showBadge } from '../../ui/app-badge.ts'
import { live } from '../../ui/live.svelte.ts'
import { isolate } from '../../ui/isolate.ts'
import { shortName } from '../../ui/short-name.ts'
import type { Context } from '../context.ts'
import { attention } from '../page-title.svelte.ts'
import type * as Listed from './listed-later.ts'
import type { ListEntry } from './list-entries.ts'

/** What is listed beside the open screen, and which entry of it is open; while a component is made. */
export class PaneState {
  /** Beside an open conversation the list stays the one it was. */
  archive = $state(false)
  /** Most people staff none: what draws classrooms comes after the list. */
  part = $state.raw<typeof Listed | null>(null)

  readonly #navigation: Context['navigation']
  readonly #conversations
  readonly #typists
  #classrooms = $state.raw<readonly ArrangedClassroom[]>([])

  constructor(session: Session, navigation: Context['navigation']) {
    this.#navigation = navigation
    this.#conversations = live(() => watchConversations(session))
    this.#typists = live(() => watchTypists(session, this.openId ?? ''))
    $effect.pre(() => {
      const { screen } = navigation.route
      if (screen === 'archived' || screen === 'list') this.archive = screen === 'archived'
    })
    $effect(() => {
      import('./listed-later.ts').then(
        (loaded) => (this.part = loaded),
        () => undefined,
      )
    })
    $effect(() => {
      const subscription = this.part?.watchArrangedClassrooms(session).subscribe((views) => (this.#classrooms = views))
      return () => subscription?.unsubscribe()
    })
    $effect(() => countUnread(this.#unread))
    $effect(() => () => countUnread(0))
  }

  readonly #unread = $derived.by(() => {
    const inClassrooms = this.#classrooms.reduce((sum, { unread, muted }) => sum + (muted ? 0 : unread), 0)
    return toTotals(this.conversations ?? []).unread + inClassrooms
  })
  /** Undefined until the device has answered for the first time. */
  readonly conversations = $derived.by(() => this.#conversations.value)
  readonly archived = $derived((this.conversations ?? []).filter(({ archived }) => archived))
  readonly archivedCount = $derived(this.archived.length + this.#classrooms.filter(({ archived }) => archived).length)
  readonly listed = $derived(
    this.archive ? this.archived : (this.conversations ?? []).filter(({ archived }) => !archived),
  )
  readonly entries = $derived.by((): ListEntry[] =>
    this.part === null
      ? this.listed.map((summary) => ({ kind: 'conversation', summary }))
      : this.part.mergeEntries(
          this.listed,
          this.#classrooms.filter(({ archived }) => archived === this.archive),
        ),
  )
  /** The open conversation or classroom. */
  readonly openId = $derived.by(() => {
    const { route } = this.#navigation
    if ('conversationId' in route) return route.conversationId
    return 'classroomId' in route ? route.classroomId : null
  })
  readonly typing = $derived.by(() => {
    const [first, ...others] = this.#typists.value ?? []
    if (first === undefined) return ''
    return others.length > 0
      ? `${others.length + 1} people are typing …`
      : `${isolate(shortName(first.name))} is typing …`
  })

  isOpen(entry: ListEntry): boolean {
    return toId(entry) === this.openId
  }

  /** Opens the entry so many further down in the list; with `unread`, the next that has something unread. */
  step(by: 1 | -1, unread: boolean): void {
    const at = this.entries.findIndex((entry) => this.isOpen(entry))
    const next = unread
      ? [...this.entries.slice(at + 1), ...this.entries].find((entry) => !this.isOpen(entry) && isUnread(entry))
      : at === -1
        ? this.entries.at(by === 1 ? 0 : -1)
        : this.entries[at + by]
    if (next !== undefined) this.#navigation.go(toPath(next))
  }

  findEntry(path: string | null | undefined): ListEntry | undefined {
    return this.entries.find((entry) => toPath(entry) === path)
  }

  /** Where the focus goes when an entry leaves the list. */
  neighbourOf(path: string): ListEntry | undefined {
    const at = this.entries.findIndex((entry) => toPath(entry) === path)
    return this.entries[at + 1] ?? this.entries[at - 1]
  }
}

export function toPath(entry: ListEntry): string {
  return entry.kind === 'conversation' ? conversationPath(entry.summary.id) : classroomPath(entry.classroom.id)
}

function toId(entry: ListEntry): string {
  return entry.kind === 'conversation' ? entry.summary.id : entry.classroom.id
}

function isUnread(entry: ListEntry): boolean {
  if (entry.kind === 'classroom') return !entry.classroom.muted && entry.classroom.unread > 0
  const { muted, unread, markedUnread } = entry.summary
  return !muted && (unread > 0 || markedUnread)
}

/** On the app's icon and in the page's title. */
function countUnread(count: number): void {
  attention.unread = count
  showBadge(count)
}
