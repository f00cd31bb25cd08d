/** An attachment: while the element's content is wider than itself, it takes the focus, so that arrow keys scroll it. */
export function scrollByKeyboard(label: string): (element: HTMLElement) => () => void {
  return (element) => {
    const look = () => {
      if (element.scrollWidth > element.clientWidth) {
        element.tabIndex = 0
        element.role = 'region'
        element.ariaLabel = label
      } else {
        for (const name of ['tabindex', 'role', 'aria-label']) element.removeAttribute(name)
      }
    }
    const observer = new ResizeObserver(look)
    observer.observe(element)
    for (const child of element.children) observer.observe(child)
    return () => observer.disconnect()
  }
}
