const numbers = new Intl.NumberFormat('en')

/** "1,024" */
export function formatCount(count: number): string {
  return numbers.format(count)
}

/** "1 message", "1,024 messages" */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
