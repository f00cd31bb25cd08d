/*
 * The theme and the size of text that this device chose, before anything is drawn: the page waits for this file alone,
 * and no script may stand in the page itself. Whoever changes them tells the document with `look`, and what is chosen,
 * for the browser may keep nothing; other tabs hear of it from the storage.
 */
;(() => {
  const isDark = matchMedia('(prefers-color-scheme: dark)')
  const SHELL = { light: '#f8f0ed', dark: '#140b13' }

  /** What was chosen in this page, unless another tab chose since. */
  let chosen = null

  function read() {
    if (chosen !== null) return chosen
    try {
      return JSON.parse(localStorage.getItem('look') ?? '{}') ?? {}
    } catch {
      return {}
    }
  }

  function apply() {
    const { theme, size } = read()
    const shown = theme === 'light' || theme === 'dark' ? theme : isDark.matches ? 'dark' : 'light'
    const { dataset } = document.documentElement
    dataset.theme = shown
    dataset.size = ['small', 'large', 'largest'].includes(size) ? size : 'normal'
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.content = SHELL[shown]
  }

  apply()
  isDark.addEventListener('change', apply)
  document.addEventListener('look', (event) => {
    chosen = event.detail
    apply()
  })
  addEventListener('storage', () => {
    chosen = null
    apply()
  })
})()
