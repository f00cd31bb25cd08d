/** "1,024", for whole numbers. Without Intl, whose first format takes a phone a twentieth of a second. */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}

/** "1 message", "1,024 messages" */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
