import { createHash } from 'node:crypto'
import { isDescribed, outline } from './outline.ts'

/** What a file of a contract exports, by name. */
type Exports = Record<string, unknown>
type ErrorTable = Record<string, { status: number; retry: boolean }>

/** A whole contract as plain data: schemas by their outline, limits and names by their value. */
export function outlineContract(files: Record<string, Exports>, errors: ErrorTable): unknown {
  return Object.fromEntries(
    Object.entries(files).map(([file, exported]) => [
      file,
      Object.fromEntries(Object.entries(exported).map(([name, value]) => [name, outlineExport(value, errors)])),
    ]),
  )
}

function outlineExport(value: unknown, errors: ErrorTable): unknown {
  if (isDescribed(value)) return outline(value)
  // What a person reads may be said better at any time; the code, its status and its advice may not change.
  if (value === errors) return Object.entries(errors).map(([code, { status, retry }]) => [code, status, retry])
  return typeof value === 'function' ? null : value
}

export function fingerprintOf(contract: unknown): string {
  return createHash('sha256').update(JSON.stringify(contract)).digest('hex').slice(0, 16)
}

/** The versions to which the comment above a version's number gives a line. */
export function listDescribedVersions(source: string): number[] {
  return [...source.matchAll(/^ \* (\d+): \S/gm)].map(([, version]) => Number(version))
}
