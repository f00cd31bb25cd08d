/*
 * What rows measure in the page itself: `browser.ts` puts it into each page before the app's first script. It is sent as
 * text, so it uses nothing from outside of its function.
 */

/** What a device holds of one conversation, and how far that is. */
export interface LatestHeld {
  conversationId: string
  n: number
}

export interface InPage {
  startFrames(): void
  /** When each frame since then was begun, in milliseconds. */
  stopFrames(): number[]
  /** How often IndexedDB was asked to read or write since this was asked last. */
  countRequests(): { reads: number; writes: number }
  /** How long after each key the page was painted, since this was asked last. */
  takePaints(): number[]
  /** When that was first painted, in milliseconds since the page was opened; undefined before. */
  firstPainted(selector: string): number | undefined
  /** When the last message of the open conversation began to show each number that its text begins with: `m17.` */
  followNumbers(): void
  numbersShown(): { n: number; at: number }[]
  /** Waits until this device holds the newest of these, on the screen too; answers when that was, by the clock. */
  untilReadable(userId: string, latest: readonly LatestHeld[], texts: readonly string[]): Promise<number>
  /** Waits until nothing is missing up to there. */
  untilStored(userId: string, head: number): Promise<number>
  /** Of a conversation: how many messages are here, and a hash of their texts in their order; throws where one is missing in between. */
  digest(userId: string, conversationId: string): Promise<{ count: number; hash: string }>
}

declare global {
  var bench: InPage
}

export function instrument(): void {
  const EVERY_MS = 25
  /** What takes longer does not come. */
  const WITHIN_MS = 300_000
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  const afterPaint = (then: () => void) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel()
      channel.port1.onmessage = then
      channel.port2.postMessage(0)
    })

  const requests = { reads: 0, writes: 0 }
  /** This page's own looks are not counted. */
  let isLooking = false
  const watch = (prototype: object, names: readonly string[], kind: keyof typeof requests) => {
    for (const name of names) {
      const before = Reflect.get(prototype, name) as ((...args: unknown[]) => unknown) | undefined
      if (before === undefined) continue
      Reflect.set(prototype, name, function (this: unknown, ...args: unknown[]) {
        if (!isLooking) requests[kind] += 1
        return before.apply(this, args)
      })
    }
  }
  const READS = ['get', 'getAll', 'getAllKeys', 'getAllRecords', 'getKey', 'count', 'openCursor', 'openKeyCursor']
  watch(IDBObjectStore.prototype, READS, 'reads')
  watch(IDBIndex.prototype, READS, 'reads')
  watch(IDBObjectStore.prototype, ['put', 'add', 'delete', 'clear'], 'writes')

  const toPromise = <Value>(request: IDBRequest<Value>) =>
    new Promise<Value>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'))
    })
  const ask = <Value>(make: () => IDBRequest<Value>): Promise<Value> => {
    isLooking = true
    try {
      return toPromise(make())
    } finally {
      isLooking = false
    }
  }
  let opened: Promise<IDBDatabase> | undefined
  const open = async (userId: string): Promise<IDBDatabase> => {
    const name = `chatbox-${userId}`
    // Opening one that is not there would make it.
    while (!(await indexedDB.databases()).some((one) => one.name === name)) await sleep(EVERY_MS)
    return (opened ??= toPromise(indexedDB.open(name)))
  }

  const until = async (what: string, look: () => Promise<boolean>): Promise<number> => {
    for (const end = Date.now() + WITHIN_MS; Date.now() < end; await sleep(EVERY_MS)) {
      if (await look()) return Date.now()
    }
    throw new Error(`waited ${WITHIN_MS} ms for ${what}`)
  }

  let framing = false
  let frames: number[] = []
  let paints: number[] = []
  let numbers: { n: number; at: number }[] = []
  const painted = new Map<string, number>()
  const awaited = new Set<string>()
  const look = () => {
    for (const selector of awaited) {
      if (document.querySelector(selector) === null) continue
      awaited.delete(selector)
      afterPaint(() => painted.set(selector, performance.now()))
    }
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true })
  addEventListener('keydown', ({ timeStamp }) => afterPaint(() => paints.push(performance.now() - timeStamp)), {
    capture: true,
  })

  globalThis.bench = {
    startFrames() {
      frames = []
      framing = true
      const next = (at: number) => {
        if (!framing) return
        frames.push(at)
        requestAnimationFrame(next)
      }
      requestAnimationFrame(next)
    },
    stopFrames() {
      framing = false
      return frames
    },
    countRequests() {
      const counted = { ...requests }
      Object.assign(requests, { reads: 0, writes: 0 })
      return counted
    },
    takePaints() {
      const taken = paints
      paints = []
      return taken
    },
    firstPainted(selector) {
      if (!painted.has(selector)) awaited.add(selector)
      look()
      return painted.get(selector)
    },
    followNumbers() {
      numbers = []
      const next = () => {
        const last = [...document.querySelectorAll('[role=log] article')].at(-1)?.textContent ?? ''
        const n = Number(/m(\d+)\./.exec(last)?.[1] ?? 0)
        if (n > (numbers.at(-1)?.n ?? 0)) numbers.push({ n, at: Date.now() })
        requestAnimationFrame(next)
      }
      requestAnimationFrame(next)
    },
    numbersShown: () => numbers,
    async untilReadable(userId, latest, texts) {
      const db = await open(userId)
      return until('its newest messages', async () => {
        const held = (await ask(() => db.transaction('latest').objectStore('latest').getAll())) as LatestHeld[]
        const ns = new Map(held.map(({ conversationId, n }) => [conversationId, n]))
        const list = document.querySelector('nav[aria-label=Conversations]')?.textContent ?? ''
        const isHeld = latest.every(({ conversationId, n }) => ns.get(conversationId) === n)
        return isHeld && texts.every((text) => list.includes(text))
      })
    },
    async untilStored(userId, head) {
      const db = await open(userId)
      return until('all of its messages', async () => {
        const stores = db.transaction(['meta', 'holes'])
        const [position, holes] = await Promise.all([
          ask(() => stores.objectStore('meta').get('position')) as Promise<
            { cursor: number; next: string | null; lineage?: { behind?: boolean } } | undefined
          >,
          ask(() => stores.objectStore('holes').count()),
        ])
        const isThere = position !== undefined && position.cursor >= head && position.next === null
        return isThere && position.lineage?.behind !== true && holes === 0
      })
    },
    async digest(userId, conversationId) {
      const db = await open(userId)
      const range = IDBKeyRange.bound([conversationId, 0], [conversationId, Infinity])
      const index = db.transaction('messages').objectStore('messages').index('[conversationId+n]')
      const rows = (await ask(() => index.getAll(range))) as { n: number; text: string }[]
      rows.forEach(({ n }, place) => {
        if (n !== place + 1) throw new Error(`message ${n} stands where ${place + 1} belongs`)
      })
      const texts = new TextEncoder().encode(rows.map(({ text }) => text).join('\n'))
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', texts))
      return { count: rows.length, hash: [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('') }
    },
  }
}
