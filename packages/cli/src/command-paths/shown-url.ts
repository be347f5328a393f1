/** A URL as it may be shown: without a user, a password, a query or a fragment, any of which may hold a secret. */
export function shownUrl(text: string): string {
  if (!URL.canParse(text)) return "not a URL";
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}
