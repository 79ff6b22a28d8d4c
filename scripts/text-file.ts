/** A file of the repository that is text; its name is relative to the root. */
export type TextFile = { readonly name: string; readonly text: string; readonly root: string };
