/*
 * Copying several messages copies what was written: the texts, a line for each, nothing of the page between them. What
 * is drawn of a text has this attribute on its element, and what in it is of the page has the other.
 */
const WRITTEN = '[data-written]'
const OF_THE_PAGE = '[data-aside]'
const BLOCKS = new Set(['BLOCKQUOTE', 'DIV', 'HR', 'LI', 'P', 'PRE', 'UL'])

/** What a copy takes of several texts, or of one and of the page around it; the rest is copied as ever. */
export function copyWritten(event: ClipboardEvent): void {
  const selection = document.getSelection()
  if (selection === null || selection.rangeCount === 0 || selection.isCollapsed || event.clipboardData === null) return
  if (event.target instanceof HTMLElement && event.target.matches('input, textarea')) return
  const range = selection.getRangeAt(0)
  const around = range.commonAncestorContainer
  if ((around instanceof Element ? around : around.parentElement)?.closest(WRITTEN)) return
  const texts = Array.from(document.querySelectorAll(WRITTEN))
    .filter((element) => range.intersectsNode(element))
    .map((element) => toText(clip(range, element)))
    .filter((text) => text !== '')
  if (texts.length === 0) return
  event.preventDefault()
  event.clipboardData.setData('text/plain', texts.join('\n'))
}

/** The part of a range that is in this element. */
function clip(range: Range, element: Element): DocumentFragment {
  const part = document.createRange()
  part.selectNodeContents(element)
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0)
    part.setStart(range.startContainer, range.startOffset)
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset)
  return part.cloneContents()
}

function toText(part: DocumentFragment): string {
  for (const aside of part.querySelectorAll(OF_THE_PAGE)) aside.remove()
  return collect(part)
    .replace(/\n{2,}/g, '\n')
    .replaceAll(EMPTY_LINE, '\n')
    .trim()
}

/** Stands for a line feed that was written, until those between blocks are made one. */
const EMPTY_LINE = '\ue000'

function collect(node: Node): string {
  if (node instanceof Text) return isWhite(node) ? '' : node.data.replaceAll('\n', EMPTY_LINE)
  // KaTeX draws a formula twice, and keeps its source in the one for machines.
  const sign = node instanceof HTMLElement ? node.dataset.formula : undefined
  if (sign !== undefined && node instanceof Element) {
    return `${sign}${node.querySelector('annotation')?.textContent ?? node.textContent}${sign}`
  }
  const inside = Array.from(node.childNodes, collect).join('')
  return node instanceof Element && BLOCKS.has(node.tagName) ? `\n${inside}\n` : inside
}

/** Whether it stands between blocks only, where the page's own source has space. */
function isWhite(node: Text): boolean {
  const parent = node.parentElement
  return node.data.trim() === '' && (parent === null || parent.matches('ul, li, blockquote, [data-block]'))
}
