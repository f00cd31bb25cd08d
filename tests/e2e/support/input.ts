import type { Locator } from '@playwright/test'

/** Presses the Enter that ends a composition, as Safari reports it: with the code 229, and not as composing any more. */
export async function composeEnter(field: Locator): Promise<void> {
  await field.evaluate((element) => {
    element.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', keyCode: 229, bubbles: true, cancelable: true }),
    )
  })
}
