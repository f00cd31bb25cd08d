/** How many members' pictures make up that of a group. */
const FACES = 4
/** Of larger groups only the longest registered are asked for a picture. */
export const FACES_ASKED_MAX = 24

/** Of members by id, whose pictures make up that of their group: those who have one first. */
export function chooseFaces<Member extends { pictureId: string | null }>(members: readonly Member[]): Member[] {
  const asked = members.slice(0, FACES_ASKED_MAX)
  const withPicture = asked.filter((member) => member.pictureId !== null)
  return [...withPicture, ...asked.filter((member) => member.pictureId === null)].slice(0, FACES)
}
