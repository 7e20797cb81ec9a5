// Where the server is: in whatever folder of its site the pages were found, there is the rest of it.

/** `path`: as the server knows it, without a slash before it */
export const at = (path) => new URL(`../../${path}`, import.meta.url);
