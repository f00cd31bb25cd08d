import { say } from './say.ts'

/** Puts a text on the clipboard, and says so, or that the browser refused. True when it is there. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await write(text)
  } catch {
    say('Not copied: the browser did not allow it. Select the text and copy it from there.')
    return false
  }
  say('Copied')
  return true
}

async function write(text: string): Promise<void> {
  // Over http a page has no clipboard to ask: then the browser copies what is selected, as for a person.
  if ('clipboard' in navigator) await navigator.clipboard.writeText(text)
  else copySelected(text)
}

function copySelected(text: string): void {
  const focused = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.style.cssText = 'position: fixed; opacity: 0'
  // What is outside an open dialog cannot be selected.
  const parent = focused?.closest('dialog') ?? document.body
  parent.append(field)
  field.select()
  // Nothing else copies there: https://developer.mozilla.org/docs/Web/API/Clipboard_API#security_considerations
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const isCopied = document.execCommand('copy')
  field.remove()
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  if (!isCopied) throw new Error('The browser did not copy the text.')
}
