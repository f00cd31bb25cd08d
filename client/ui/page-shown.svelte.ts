import { on } from 'svelte/events'
import { createSubscriber } from 'svelte/reactivity'

const subscribe = createSubscriber((update) => on(document, 'visibilitychange', update))

/** Whether this page can be seen, and not another tab or a locked screen in its place: an effect that asks runs again when that changes. */
export function isPageShown(): boolean {
  subscribe()
  return document.visibilityState === 'visible'
}
