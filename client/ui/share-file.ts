/** Hands a content to another app of this device; null where the browser cannot. */
export const shareBlob: ((name: string, content: Blob) => void) | null = canShareFiles()
  ? (name, content) => {
      // Whoever changes their mind has shared nothing, and that is no error.
      navigator.share({ files: [new File([content], name, { type: content.type })] }).catch(() => undefined)
    }
  : null

function canShareFiles(): boolean {
  if (typeof navigator === 'undefined' || !('canShare' in navigator)) return false
  return navigator.canShare({ files: [new File([''], 'a.jpg', { type: 'image/jpeg' })] })
}
