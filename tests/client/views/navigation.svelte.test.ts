import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openDialogs } from '../../../client/ui/history-entry.ts'
import { modal } from '../../../client/ui/modal.ts'
import { Navigation } from '../../../client/views/navigation.svelte.ts'

/** A browser's history: it goes back a moment after it was asked to, and then says so. */
function createHistory() {
  let entries: { path: string; state: unknown }[] = [{ path: '/', state: null }]
  let at = 0
  const onpopstate: (() => void)[] = []
  const moves: (() => void)[] = []
  const write = (path: string | undefined, state: unknown) => ({ path: path ?? entries[at]?.path ?? '', state })
  return {
    get state() {
      return entries[at]?.state
    },
    pushState(state: unknown, _: string, path?: string) {
      entries = [...entries.slice(0, at + 1), write(path, state)]
      at++
    },
    replaceState(state: unknown, _: string, path?: string) {
      entries[at] = write(path, state)
    },
    go(steps: number) {
      moves.push(() => {
        if (at + steps < 0 || at + steps >= entries.length) return
        at += steps
        for (const hear of onpopstate) hear()
      })
    },
    back() {
      this.go(-1)
    },
    /** Lets it go wherever it was asked to go. */
    rest() {
      while (moves.length > 0) moves.shift()?.()
    },
    onpopstate: (hear: () => void) => onpopstate.push(hear),
    path: () => entries[at]?.path,
    paths: () => entries.slice(0, at + 1).map(({ path }) => path),
  }
}

let history: ReturnType<typeof createHistory>
let navigation: Navigation<string>

beforeEach(() => {
  history = createHistory()
  vi.stubGlobal('history', history)
  vi.stubGlobal('document', { activeElement: null, body: {} })
  navigation = createNavigation()
})

afterEach(() => {
  vi.unstubAllGlobals()
  openDialogs.length = 0
})

function createNavigation(): Navigation<string> {
  const created = new Navigation(
    () => history.path() ?? '',
    (path) => path,
  )
  history.onpopstate(() => created.follow())
  return created
}

/** The browser's own way back, as the button of a phone. */
function goBack() {
  history.go(-1)
  history.rest()
}

function openDialog() {
  const dialog: { isOpen: boolean; end: () => void } = { isOpen: false, end: () => undefined }
  const element = Object.assign(new EventTarget(), {
    showModal: () => (dialog.isOpen = true),
    close() {
      if (!dialog.isOpen) return
      dialog.isOpen = false
      dialog.end()
    },
  })
  const close = modal(element)
  dialog.end = close
  return dialog
}

test('the arrow leads back to the list, and what was left is not behind it', () => {
  navigation.go('/c/one')
  navigation.up('/')
  expect(navigation.route).toBe('/')
  history.rest()
  navigation.go('/c/two')
  navigation.up('/')
  history.rest()
  expect([navigation.route, history.paths()]).toEqual(['/', ['/']])
})

test('the arrow passes over what lies between, also after the page was loaded anew', () => {
  for (const path of ['/c/one', '/people/ben', '/c/two']) navigation.go(path)
  navigation = createNavigation()
  expect(navigation.behind).toBe('/people/ben')
  navigation.up('/')
  history.rest()
  expect([navigation.route, history.paths()]).toEqual(['/', ['/']])
})

test('where the list is not behind, it takes the entry of what is left', () => {
  history.replaceState(null, '', '/c/one')
  navigation = createNavigation()
  navigation.up('/')
  expect([navigation.route, history.paths()]).toEqual(['/', ['/']])
})

test('what one opens while the browser is on its way back comes after what it goes back to', () => {
  navigation.go('/c/one')
  navigation.up('/')
  navigation.go('/people')
  history.rest()
  expect([navigation.route, history.paths()]).toEqual(['/people', ['/', '/people']])
  expect(navigation.behind).toBe('/')
})

test('going back closes a dialog, then another that was below it, then leaves the page', () => {
  navigation.go('/c/one')
  const dialogs = [openDialog(), openDialog()]
  const open = () => dialogs.map(({ isOpen }) => isOpen)
  goBack()
  expect(open()).toEqual([true, false])
  goBack()
  expect([open(), navigation.route]).toEqual([[false, false], '/c/one'])
  goBack()
  expect(navigation.route).toBe('/')
})

test('after a dialog was closed in another way, going back leaves the page at once', () => {
  navigation.go('/c/one')
  for (let times = 0; times < 3; times++) openDialog().end()
  expect(openDialogs).toEqual([])
  goBack()
  expect([navigation.route, history.paths()]).toEqual(['/', ['/']])
})

test('a page that is opened from a menu is right behind the page of the menu', () => {
  navigation.go('/c/one')
  const menu = openDialog()
  navigation.go('/people/ben')
  menu.end()
  expect(history.paths()).toEqual(['/', '/c/one', '/people/ben'])
  goBack()
  expect(navigation.route).toBe('/c/one')
})

test('a page that takes another one’s entry takes it, whatever was open over it', () => {
  navigation.go('/groups/new')
  const dialog = openDialog()
  navigation.replace('/c/new')
  history.rest()
  dialog.end()
  expect([navigation.route, history.path()]).toEqual(['/c/new', '/c/new'])
  goBack()
  expect([navigation.route, history.paths()]).toEqual(['/', ['/']])
})

test('the arrow of a page with a dialog that was closed leads where it says', () => {
  navigation.go('/c/one')
  openDialog().end()
  navigation.up('/')
  history.rest()
  expect([navigation.route, history.paths()]).toEqual(['/', ['/']])
})
