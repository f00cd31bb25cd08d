/**
 * An attachment: tells what became of each picture that an element shows. Attributes would do, and bring onto the first
 * screen what Svelte needs for pages that a server drew.
 */
export function watchPicture(
  onload: (image: HTMLImageElement) => void,
  onerror: () => void = () => undefined,
): (image: HTMLImageElement) => void {
  return (image) => {
    image.addEventListener('load', () => onload(image))
    image.addEventListener('error', onerror)
  }
}
