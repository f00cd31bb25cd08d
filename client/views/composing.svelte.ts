/** Whether somebody is in the middle of writing: then nothing may offer to reload the page. */
class Composing {
  busy = $state(false)
}

export const composing = new Composing()
