import { COMMANDS } from '../../../../server/ops/admin/commands.ts'
import type { AnyCommand } from '../../../../server/ops/admin/command.ts'
import { runAdmin } from '../../../../server/ops/admin/run.ts'
import type { Backend } from '../../../support/backend.ts'

export interface AdminEnd {
  code: number
  out: string
  error: string
  /** What `--json` printed, which has to be one document. */
  json(): unknown
}

/** Runs a command of the operator's as a call, with these settings and no others. */
export async function admin(
  env: Readonly<Record<string, string | undefined>>,
  typed: readonly string[],
  commands: readonly AnyCommand[] = COMMANDS,
): Promise<AdminEnd> {
  let out = ''
  let error = ''
  const code = await runAdmin(commands, typed, {
    out: (text) => (out += text),
    error: (text) => (error += text),
    now: Date.now,
    env,
  })
  return { code, out, error, json: () => JSON.parse(out) as unknown }
}

export function settingsOf({ dataDir, databaseUrl, redisUrl }: Backend): Record<string, string | undefined> {
  return { DATA_DIR: dataDir, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }
}
