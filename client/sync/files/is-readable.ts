/** Whether its last byte is there. Browsers lose what lies beside their tables, and then it is stored and cannot be read. */
export async function isReadable(content: Blob): Promise<boolean> {
  return content
    .slice(-1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    )
}
