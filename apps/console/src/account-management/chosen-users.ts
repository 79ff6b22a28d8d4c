/** Who was selected in the list of users, on its way to the page that does something with all of them. */
export type ChosenUser = { readonly id: string; readonly userName: string };

let chosen: readonly ChosenUser[] = [];

/** Thousands do not fit into an address, so they are kept here; a page that is loaded anew starts with nobody. */
export function chooseUsers(users: readonly ChosenUser[]): void {
  chosen = users;
}

export function chosenUsers(): readonly ChosenUser[] {
  return chosen;
}
