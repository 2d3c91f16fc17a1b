interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The largest page that the API gives. */
const pageSize = 500;

/** The first items of a list, up to `limit`, over as many pages as it takes. */
export async function gatherPages<Item>(
  limit: number,
  read: (page: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null | undefined;
  while (items.length < limit && cursor !== null) {
    const size = Math.min(pageSize, limit - items.length);
    const page: Page<Item> = await read({ limit: size, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
