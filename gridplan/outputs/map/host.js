// What embeds the page, if anything does: the workbench serves this same page and adds what a server can do.

/** Set as `window.gridplanHost` by a script before this one; what each call means stands with the type.
 * @type {Host | null} */
export const HOST = window.gridplanHost || null;
