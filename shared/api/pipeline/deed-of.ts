interface Standing {
  readonly archived: boolean;
  readonly approved?: boolean;
}

/** What the audit log calls a change. */
export function deedOf(before: Standing, after: Standing): "archived" | "approved" | "declined" | "updated" {
  if (after.archived && !before.archived) return "archived";
  if (after.approved === before.approved) return "updated";
  return after.approved === true ? "approved" : "declined";
}
