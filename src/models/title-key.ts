/** By which titles are the same for people: without regard to letters' size, width and the space between them. */
export const titleKeyOf = (title: string): string => title.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
