import type { Locator } from '@playwright/test'

/** Pastes or drops a picture that comes without any text. */
export async function bring(where: Locator, how: 'paste' | 'drop'): Promise<void> {
  await where.evaluate((element, name) => {
    const data = new DataTransfer()
    data.items.add(new File([new Uint8Array(8)], 'graph.png', { type: 'image/png' }))
    const bubbling = { bubbles: true, cancelable: true }
    element.dispatchEvent(
      name === 'paste'
        ? new ClipboardEvent('paste', { ...bubbling, clipboardData: data })
        : new DragEvent('drop', { ...bubbling, dataTransfer: data }),
    )
  }, how)
}

/** Presses the Enter that ends a composition, as Safari reports it: with the code 229, and not as composing any more. */
export async function composeEnter(field: Locator): Promise<void> {
  await field.evaluate((element) => {
    element.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', keyCode: 229, bubbles: true, cancelable: true }),
    )
  })
}
