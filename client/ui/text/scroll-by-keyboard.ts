/**
 * An attachment: while the element's content is wider than itself, it takes the focus, so that arrow keys scroll it. It
 * is a group and no region: a conversation full of landmarks has none.
 */
export function scrollByKeyboard(label: string): (element: HTMLElement) => () => void {
  return (element) => {
    const forget = () => {
      for (const name of ['tabindex', 'role', 'aria-label']) element.removeAttribute(name)
    }
    const look = () => {
      if (element.scrollWidth <= element.clientWidth) return forget()
      element.tabIndex = 0
      element.role = 'group'
      element.ariaLabel = label
    }
    const observer = new ResizeObserver(look)
    observer.observe(element)
    for (const child of element.children) observer.observe(child)
    return () => {
      observer.disconnect()
      forget()
    }
  }
}
