import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { loadPreview, type ClassroomPreview } from '../../classroom/load-preview.ts'
import type { AppParts } from '../app-parts.ts'
import { getClassroomId } from '../classroom-id.ts'
import type { AppHandler } from '../context.ts'
import { drawPreview, PREVIEW_PLACE } from '../draw-preview.ts'
import { CLASSROOM, isPage } from '../serve-client.ts'

/**
 * A classroom's page with its first questions in it, to be read at once by who comes for the first time: a device that
 * has been here has the page and the questions of its own. Where there are none to be had the page goes without.
 */
export function classroomPage({ store, clientFiles, reportBare }: AppParts): AppHandler {
  const page = Buffer.from(clientFiles.get(CLASSROOM)?.plain ?? []).toString()
  const isPlaceThere = page.includes(PREVIEW_PLACE)
  return async (c, next) => {
    if (!isPlaceThere || !isPage(c)) return next()
    const preview = await findPreview(getClassroomId(c))
    if (preview === undefined) return next()
    c.header('cache-control', 'no-store')
    c.header(PROTOCOL_HEADER, String(PROTOCOL_VERSION))
    return c.html(page.replace(PREVIEW_PLACE, () => drawPreview(preview)))
  }

  async function findPreview(classroomId: string): Promise<ClassroomPreview | undefined> {
    try {
      return await loadPreview(store.db, classroomId)
    } catch (error) {
      reportBare(error)
      return undefined
    }
  }
}
