import { types } from 'node:util'
import * as v from 'valibot'

/*
 * A backup is a folder, the same whichever database it was made of:
 *
 *     BACKUP_DIR/
 *       2026-12-01T12-30-00-250Z/
 *         manifest.json            what there is, written last, with a hash of each of the others
 *         tables/<name>.ndjson.gz  a row a line, an array in the order of the manifest's columns; bytes as {"$": base64}
 *         files.ndjson.gz          [content, variant, bytes, sha256], a line each
 *       files/<content>.<variant>  the files themselves, once for all backups: they never change
 */

export const MANIFEST = 'manifest.json'
export const FILE_LIST = 'files.ndjson.gz'
export const FILES = 'files'
/** What has this in front is not whole: nobody takes it for a backup, and the next one removes it. */
export const PARTIAL = '.partial-'

const written = v.object({ bytes: v.number(), sha256: v.string(), rows: v.number() })

export const manifestSchema = v.object({
  format: v.literal(1),
  /** Of ChatBox. */
  version: v.string(),
  /** The steps of the schema, in order. */
  steps: v.array(v.string()),
  /** Milliseconds since 1970. */
  takenAt: v.number(),
  store: v.picklist(['sqlite', 'mysql']),
  /** How far the log of the campus was. */
  head: v.number(),
  tables: v.array(v.object({ name: v.string(), columns: v.array(v.string()), ...written.entries })),
  files: written,
})
export type Manifest = v.InferOutput<typeof manifestSchema>

/** A line of the list of files. */
export const fileLine = v.tuple([v.string(), v.picklist(['whole', 'small']), v.number(), v.string()])
export type FileLine = v.InferOutput<typeof fileLine>

export type Value = string | number | null | Uint8Array

export function toLine(values: readonly unknown[]): string {
  return `${JSON.stringify(values.map((value) => toBytes(value) ?? value))}\n`
}

/** Bytes in whichever form a driver gives them. */
function toBytes(value: unknown): { $: string } | undefined {
  if (ArrayBuffer.isView(value)) {
    return { $: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  }
  return types.isAnyArrayBuffer(value) ? { $: Buffer.from(value).toString('base64') } : undefined
}

const lineSchema = v.array(v.union([v.string(), v.number(), v.null(), v.object({ $: v.string() })]))

export function fromLine(line: string): Value[] {
  return v
    .parse(lineSchema, JSON.parse(line))
    .map((value) => (value !== null && typeof value === 'object' ? Buffer.from(value.$, 'base64') : value))
}

/** "2026-12-01T12-30-00-250Z", which sorts by time. */
export function toBackupName(takenAt: number): string {
  return new Date(takenAt).toISOString().replaceAll(/[:.]/g, '-')
}

export function toFileName([contentId, variant]: FileLine | readonly [string, FileLine[1]]): string {
  return `${contentId}.${variant}`
}
