/*
 * How a part of the app is loaded that is named in an import(): the build puts this in place of Vite's own helper.
 *
 *     fetch all of its files ──▶ put its style sheets into the page ──▶ import()
 *
 * That a module did not come is remembered by a browser as long as the page lives (HTML, module map): it never asks
 * for it again. So import() is not called before all files are in the browser's cache, where what is named by its hash
 * stays; until then it can be tried as often as one likes.
 */

const fetched = new Map<string, Promise<void>>()
const shown = new Map<string, Promise<void>>()

/**
 * Loads a part of the app, of which `files` names each file, by its path on the server without the first `/`. Rejects
 * where one of them does not come, after an event `vite:preloadError` at the window; the next call tries all anew.
 */
export async function loadPart<Part>(load: () => Promise<Part>, files: readonly string[] = []): Promise<Part> {
  try {
    const paths = files.map((file) => `/${file}`)
    const [styles, modules] = [paths.filter(isStyle), paths.filter((path) => !isStyle(path))]
    await Promise.all([
      ...styles.map((path) => once(shown, path, showStyle)),
      ...modules.filter(isToBeFetched).map((path) => once(fetched, path, fetchFile)),
    ])
    return await load()
  } catch (error) {
    dispatchEvent(Object.assign(new Event('vite:preloadError'), { payload: error }))
    throw error
  }
}

function isStyle(path: string): boolean {
  return path.endsWith('.css')
}

/** A service worker has all files, and what the page names itself is here. */
function isToBeFetched(path: string): boolean {
  const isInstalled = 'serviceWorker' in navigator && navigator.serviceWorker.controller !== null
  return !isInstalled && document.querySelector(`link[href="${path}"], script[src="${path}"]`) === null
}

async function once(done: Map<string, Promise<void>>, path: string, work: (path: string) => Promise<void>) {
  const doing = done.get(path) ?? work(path)
  done.set(path, doing)
  try {
    await doing
  } catch (error) {
    done.delete(path)
    throw error
  }
}

/** To its end: a file that broke off is none. */
async function fetchFile(path: string): Promise<void> {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}`)
  await response.arrayBuffer()
}

async function showStyle(path: string): Promise<void> {
  if (document.querySelector(`link[rel="stylesheet"][href="${path}"]`) !== null) return
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.crossOrigin = ''
  link.href = path
  await new Promise<void>((resolve, reject) => {
    link.onload = () => resolve()
    link.onerror = () => reject(new Error(`${path} did not come`))
    document.head.append(link)
  }).catch((error: unknown) => {
    link.remove()
    throw error
  })
}
