/**
 * What a browser opens to sign in to a Wi-Fi that answers in the server's place: no service worker keeps it, so it shows
 * the Wi-Fi's own page. The second is for a student's page, and no cookie goes there.
 */
export const WIFI_PATH = '/api/wifi'
export const CLASSROOM_WIFI_PATH = '/q/api/wifi'
