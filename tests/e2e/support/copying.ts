import type { Screen } from './person.ts'

/** What is on the clipboard after selecting from the beginning of one message, or question, to the end of another, and copying. */
export async function copyFromTo({ page }: Screen, first: string, last: string): Promise<string> {
  await page.evaluate(
    ([first, last]) => {
      const articles = Array.from(document.querySelectorAll('article'))
      const find = (text: string) => articles.find((article) => article.textContent.includes(text))
      const [from, to] = [find(first), find(last)]
      if (from === undefined || to === undefined) throw new Error('no such message')
      const range = document.createRange()
      const isAbove = (from.compareDocumentPosition(to) & Node.DOCUMENT_POSITION_FOLLOWING) > 0
      range.setStartBefore(isAbove ? from : to)
      range.setEndAfter(isAbove ? to : from)
      document.getSelection()?.removeAllRanges()
      document.getSelection()?.addRange(range)
    },
    [first, last] as const,
  )
  await page.keyboard.press('Control+c')
  return page.evaluate(() => navigator.clipboard.readText())
}
