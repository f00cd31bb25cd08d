/** Shows a number on the app's icon, where it is installed and the system has such badges; 0 shows none. */
export function showBadge(count: number): void {
  if (!('setAppBadge' in navigator)) return
  // A system may refuse it, and that is nothing anybody could mend.
  const shown = count === 0 ? navigator.clearAppBadge() : navigator.setAppBadge(count)
  shown.catch(() => undefined)
}
