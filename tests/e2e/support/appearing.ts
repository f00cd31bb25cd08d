import type { Screen } from './person.ts'

const WITHIN_MS = 45_000

/**
 * Looks from now on, at each change of the page, for something visible like `selector` that holds `text`; resolves, with
 * all that it holds, once there is one. For what stays for a moment only, which a busy machine asks about too late: call it before what brings it,
 * and await it behind that.
 */
export function untilAppears({ page }: Pick<Screen, 'page'>, selector: string, text: string): Promise<string> {
  const appearing = page.evaluate(
    ([selector, text, withinMs]) =>
      new Promise<string>((resolve, reject) => {
        const look = () => {
          const found = [...document.querySelectorAll(selector)].find(
            (one) => one.textContent.includes(text) && one.checkVisibility({ visibilityProperty: true }),
          )
          if (found === undefined) return
          observer.disconnect()
          resolve(found.textContent)
        }
        const observer = new MutationObserver(look)
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
        setTimeout(() => reject(new Error(`“${text}” did not appear in ${selector}`)), withinMs)
        look()
      }),
    [selector, text, WITHIN_MS] as const,
  )
  // Where something else fails before it is awaited, that is what one has to read.
  appearing.catch(() => undefined)
  return appearing
}
