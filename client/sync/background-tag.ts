/** The tag under which the browser wakes the service worker to flush the outbox (Background Sync). */
export const BACKGROUND_SYNC_TAG = 'chatbox-outbox'
