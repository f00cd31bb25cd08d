import type { Screen } from './person.ts'

/** A letter with so many marks upon it that they would reach over everything around; composed, as names are kept. */
export const STACKED = `e${'\u0301\u0323\u0316\u030b'.repeat(12)}`.normalize('NFC')

/** What shows such a letter where nothing keeps its marks within what somebody wrote: lists, rows, the page. */
export function findEscaping({ page }: Screen): Promise<string[]> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const escaping: string[] = []
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const within = node.parentElement
      if (within === null || !/\p{M}{6}/u.test(node.textContent ?? '') || within.getClientRects().length === 0) continue
      let around: Element | null = within
      while (around !== null && getComputedStyle(around).overflowY === 'visible') around = around.parentElement
      const isKept = around !== null && around.querySelector('article, li, nav, main') === null
      if (!isKept && within.closest('[data-written] ul') === null) escaping.push(within.outerHTML)
    }
    return escaping
  })
}
