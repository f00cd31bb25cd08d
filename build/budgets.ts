/** How much a page may ask of a network, in bytes as they are sent. */
export interface Spent {
  /** The JavaScript of a page's first screen, of each page. */
  first: Record<PageName, number>
  /** The app's from its entrance to a conversation in which one can write. */
  toFirstMessage: number
  /** All that is kept for being offline. */
  precached: number
  /** How many files are asked for until everything is kept, from each page. */
  requests: Record<PageName, number>
}

export type PageName = 'campus' | 'classroom'

export const BUDGETS: Spent = {
  first: { campus: 82_000, classroom: 79_500 },
  toFirstMessage: 180_000,
  precached: 900_000,
  requests: { campus: 40, classroom: 40 },
}

const PAGES = { campus: 'the app', classroom: 'a classroom' } as const

/** A sentence for each budget that is exceeded, with what to do about it. */
export function findExceeded(spent: Spent, budgets: Spent = BUDGETS): string[] {
  const bytes = (what: string, is: number, atMost: number, instead: string) =>
    is <= atMost ? [] : [`${what} is ${toKilobytes(is)} compressed, of at most ${toKilobytes(atMost)}. ${instead}`]
  return [
    ...(['campus', 'classroom'] as const).flatMap((page) => [
      ...bytes(
        `The first JavaScript of ${PAGES[page]}`,
        spent.first[page],
        budgets.first[page],
        'Import later, with import(), what its first screen can do without.',
      ),
      ...(spent.requests[page] <= budgets.requests[page]
        ? []
        : [
            `A first visit to ${PAGES[page]} asks for ${spent.requests[page]} files, of at most ` +
              `${budgets.requests[page]}. Put more into one file: see FILES in vite.config.ts and build/write-packs.ts.`,
          ]),
    ]),
    ...bytes(
      'The JavaScript from the entrance to the first message',
      spent.toFirstMessage,
      budgets.toFirstMessage,
      'Import later, with import(), what reading and writing a message can do without.',
    ),
    ...bytes(
      'What is kept for being offline',
      spent.precached,
      budgets.precached,
      'Look what has grown, or was added.',
    ),
  ]
}

function toKilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
