import type { Mail } from "./ses-mailbox.ts";
import { escapeXml } from "./xml.ts";

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c2333 }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .5rem; border-bottom: 1px solid #d8dce6 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f6fa; padding: 1rem }
iframe { width: 100%; height: 30rem; border: 1px solid #d8dce6 } time { color: #5a6478 }`;

/** The list of mails, newest first, for people. */
export function renderInbox(mails: readonly Mail[]): string {
  const rows = mails.toReversed().map(({ id, to, subject, sentAt }) => {
    const link = `<a href="/mails/${encodeURIComponent(id)}">${escapeXml(subject || "(no subject)")}</a>`;
    return `<tr><td>${link}</td><td>${escapeXml(to)}</td><td><time>${escapeXml(sentAt)}</time></td></tr>`;
  });
  const head = "<tr><th>Subject</th><th>To</th><th>Sent</th></tr>";
  const table = rows.length === 0 ? "<p>No mail has been sent yet.</p>" : `<table>${head}${rows.join("")}</table>`;
  return page("Mails", `<h1>Mails</h1>${table}`);
}

/** One mail, for people. */
export function renderMail(mail: Mail): string {
  const files = mail.attachments.map(({ name, bytes }) => `<li>${escapeXml(name)}, ${bytes} bytes</li>`);
  const parts = [
    `<p><a href="/mails">All mails</a></p><h1>${escapeXml(mail.subject || "(no subject)")}</h1>`,
    `<p>From ${escapeXml(mail.from)} to ${escapeXml(mail.recipients.join(", "))}<br><time>${escapeXml(mail.sentAt)}</time></p>`,
    files.length > 0 ? `<ul>${files.join("")}</ul>` : "",
    mail.text === "" ? "" : `<pre>${linkAddresses(mail.text)}</pre>`,
    mail.html === "" ? "" : renderFrame(mail.html),
  ];
  return page(mail.subject, parts.join(""));
}

/** A mail's HTML is somebody else's: no scripts, no forms, and links open elsewhere. */
function renderFrame(html: string): string {
  const document = escapeXml(`<base target="_blank">${html}`);
  return `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox allow-downloads" srcdoc="${document}"></iframe>`;
}

function linkAddresses(text: string): string {
  const pieces = text.split(/(https?:\/\/[^\s<>"]+)/);
  const linked = pieces.map((piece, index) =>
    index % 2 === 0 ? escapeText(piece) : `<a href="${escapeXml(piece)}" rel="noreferrer">${escapeXml(piece)}</a>`,
  );
  return linked.join("");
}

/** Line breaks stay as they are inside preformatted text. */
function escapeText(text: string): string {
  return text.split("\n").map(escapeXml).join("\n");
}

function page(title: string, content: string): string {
  const head = `<meta charset="utf-8"><title>${escapeXml(title)}</title><style>${STYLE}</style>`;
  return `<!doctype html><html lang="en"><head>${head}</head><body>${content}</body></html>`;
}
