import { checkPictureFile } from '../ui/picture-file.ts'

/** A file on its way to being a picture: opened here, then cropped in a dialog. */
export class PictureChoice {
  bitmap = $state.raw<ImageBitmap | null>(null)
  problem = $state('')
  #isOpening = false

  async open(file: Blob | null | undefined): Promise<void> {
    if (file === null || file === undefined || this.#isOpening) return
    this.#isOpening = true
    try {
      this.problem = (await checkPictureFile(file)) ?? ''
      if (this.problem === '') this.bitmap = await createImageBitmap(file)
    } catch {
      this.problem = 'This file could not be opened as a picture. Choose another one.'
    } finally {
      this.#isOpening = false
    }
  }

  close(): void {
    this.bitmap?.close()
    this.bitmap = null
  }
}
