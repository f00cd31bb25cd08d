import { join } from 'node:path'
import type { Config } from '../config.ts'
import { openFolderHome } from '../files/folder-home.ts'
import type { FileHome } from '../files/home.ts'
import { openS3Home } from '../files/s3-home.ts'

/** Files lie in a bucket or in a folder. What is made of them on the way is made in a folder in either case. */
export function openHome({ dataDir, filesBucket }: Pick<Config, 'dataDir' | 'filesBucket'>): Promise<FileHome> {
  const folder = join(dataDir, 'files')
  return filesBucket === undefined ? openFolderHome(folder) : openS3Home(filesBucket, join(folder, 'making'))
}
