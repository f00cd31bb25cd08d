import { createContext } from 'svelte'

/** Where pictures of people come from; whoever draws one knows no more. */
export interface PictureSource {
  /**
   * Calls back with an address for an `<img>` as soon as the picture is on this device, at once when
   * it is already in use. Returns the function that says that it is no longer shown.
   */
  show(pictureId: string, onUrl: (url: string) => void): () => void
}

export const [getPictureSource, setPictureSource] = createContext<PictureSource>()
