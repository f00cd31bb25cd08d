/** Whether what was wrong with a field was seen to since: something else is typed there, and the form was not sent again. */
export class FollowedError {
  isFollowed = $state(false)

  /** For `{@attach}` at the field. */
  readonly watch = (field: HTMLInputElement | HTMLTextAreaElement): (() => void) => {
    const { form } = field
    const follow = () => (this.isFollowed = true)
    const showAgain = () => (this.isFollowed = false)
    field.addEventListener('input', follow)
    form?.addEventListener('submit', showAgain)
    return () => {
      field.removeEventListener('input', follow)
      form?.removeEventListener('submit', showAgain)
    }
  }
}
