import type { Config } from '../../config.ts'

/** The address of a page of this ChatBox with something behind its `#`. */
export function toLink({ publicUrl, port }: Pick<Config, 'publicUrl' | 'port'>, hash: string): string {
  return `${publicUrl?.href ?? `http://localhost:${port}/`}#${hash}`
}
