import type { Screen } from './person.ts'

/** Sets the clock of a device so far ahead, for every page that it opens from now on. */
export async function setClock({ page }: Screen, aheadMs: number): Promise<void> {
  await page.addInitScript((ahead) => {
    const RealDate = Date
    const now = () => RealDate.now() + ahead
    window.Date = new Proxy(RealDate, {
      construct: (target, given: unknown[]): Date =>
        Reflect.construct(target, given.length === 0 ? [now()] : given) as Date,
      get: (target, name): unknown => (name === 'now' ? now : Reflect.get(target, name)),
    })
  }, aheadMs)
}
