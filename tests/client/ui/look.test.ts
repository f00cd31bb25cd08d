import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test, vi } from 'vitest'
import { readLook, setLook, SIZES } from '../../../client/ui/look.ts'

const script = readFileSync('client/public/look.js', 'utf8')
const tokens = readFileSync('client/styles/tokens.css', 'utf8')

afterEach(() => vi.unstubAllGlobals())

/** A page whose browser keeps what `storage` does, with the script that draws it run. */
function openPage(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
  const dataset: { theme?: string; size?: string } = {}
  const metas = [{ content: '' }, { content: '' }]
  const document = Object.assign(new EventTarget(), { documentElement: { dataset }, querySelectorAll: () => metas })
  const page = new EventTarget()
  const scheme = Object.assign(new EventTarget(), { matches: false })
  vi.stubGlobal('document', document)
  vi.stubGlobal('localStorage', storage)
  runInNewContext(script, {
    ...{ document, localStorage: storage, matchMedia: () => scheme },
    addEventListener: page.addEventListener.bind(page),
  })
  const changeScheme = (isDark: boolean) => {
    scheme.matches = isDark
    scheme.dispatchEvent(new Event('change'))
  }
  return { dataset, metas, changeScheme, hear: () => page.dispatchEvent(new Event('storage')) }
}

function refuse(): never {
  throw new Error('site data is blocked')
}

test('with site data blocked a theme that is chosen is shown all the same, and stays for this page', () => {
  const { dataset, changeScheme } = openPage({ getItem: refuse, setItem: refuse, removeItem: refuse })
  expect(dataset).toEqual({ theme: 'light', size: 'normal' })
  setLook({ theme: 'dark', size: 'large' })
  expect(dataset).toEqual({ theme: 'dark', size: 'large' })
  changeScheme(false)
  expect(dataset.theme).toBe('dark')
  expect(readLook()).toEqual({ theme: 'dark', size: 'large' })
})

test('what another tab chose later is shown', () => {
  let kept: string | null = null
  const storage = {
    getItem: () => kept,
    setItem: (_key: string, value: string) => void (kept = value),
    removeItem: () => void (kept = null),
  }
  const { dataset, hear } = openPage(storage)
  setLook({ theme: 'dark', size: 'normal' })
  storage.setItem('look', '{"theme":"light","size":"small"}')
  hear()
  expect(dataset).toEqual({ theme: 'light', size: 'small' })
})

test('every size that is offered is drawn, and the browser’s bar has the colour of the shell in each theme', () => {
  const { dataset, metas } = openPage({ getItem: refuse, setItem: refuse, removeItem: refuse })
  const drawn = [...tokens.matchAll(/data-size='(\w+)'/g)].map(([, size]) => size)
  expect(['normal', ...drawn].sort()).toEqual(SIZES.map(({ value }) => value).sort())
  for (const { value } of SIZES) {
    setLook({ theme: 'light', size: value })
    expect(dataset.size).toBe(value)
  }
  const shells = [...tokens.matchAll(/--shell: (#\w+);/g)].map(([, colour]) => colour)
  for (const [index, theme] of (['light', 'dark'] as const).entries()) {
    setLook({ theme, size: 'normal' })
    expect(metas.map(({ content }) => content)).toEqual([shells[index], shells[index]])
  }
  for (const page of ['client/index.html', 'client/q.html']) {
    const colours = [...readFileSync(page, 'utf8').matchAll(/name="theme-color" content="(#\w+)"/g)]
    expect(colours.map(([, colour]) => colour)).toEqual(shells)
  }
})
