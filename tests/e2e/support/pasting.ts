import { composer } from './conversing.ts'
import type { Screen } from './person.ts'

/** Pastes a piece again and again, until it has so many characters, as a clipboard would give it. */
export async function pasteText(screen: Screen, piece: string, length: number): Promise<void> {
  await composer(screen).evaluate(
    (field, { piece, length }) => {
      const data = new DataTransfer()
      data.setData('text/plain', piece.repeat(Math.ceil(length / piece.length)).slice(0, length))
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    },
    { piece, length },
  )
}
