/** Whether a credential may be used; it may until the instant that it expires at. */
export const isInForce = (
  { expires_at, revoked_at }: { readonly expires_at: number | null; readonly revoked_at: number | null },
  now: number,
): boolean => revoked_at === null && (expires_at === null || expires_at > now);
