type Player = Pick<HTMLMediaElement, 'pause' | 'addEventListener' | 'removeEventListener'>

let playing: Player | null = null

/** An attachment: when this begins to play, what else plays on the page pauses; what leaves the page is silent. */
export function playAlone(player: Player): () => void {
  const begin = () => {
    if (playing !== player) playing?.pause()
    playing = player
  }
  player.addEventListener('play', begin)
  return () => {
    player.removeEventListener('play', begin)
    player.pause()
    if (playing === player) playing = null
  }
}
