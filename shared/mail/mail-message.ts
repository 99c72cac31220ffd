/** What the mail queue carries: which mail, about what. Its text is made when it is sent. */
export type MailMessage =
  | { readonly mail: "import-finished" | "bundle-ready" | "export-failed"; readonly program: string; readonly key: string }
  | { readonly mail: "file-not-placed"; readonly source: string; readonly reason: string };
