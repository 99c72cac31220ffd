/** One element of a parsed XML document. */
export interface XmlNode {
  readonly name: string;
  readonly children: XmlNode[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Escapes text for XML and HTML, including control characters that XML 1.0 cannot carry raw. */
export function escapeXml(text: string): string {
  return (
    text
      .replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`)
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u001f]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`)
  );
}

/** Renders one element with escaped text; nothing when there is no value. */
export function textElement(name: string, value: string | number | boolean | undefined): string {
  return value === undefined ? "" : `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** Parses the small XML documents that AWS clients send; throws on a broken one. */
export function parseXml(source: string): XmlNode {
  const root: XmlNode = { name: "", children: [], text: "" };
  const open = [root];
  const token = /<\?[^]*?\?>|<!--[^]*?-->|<(\/?)([^\s/>]+)[^>]*?(\/?)>|([^<]+)/g;
  for (const [, close, name, empty, text] of source.matchAll(token)) {
    const current = open.at(-1);
    if (current === undefined) throw new Error("unbalanced XML");
    if (text !== undefined) current.text += unescapeXml(text);
    if (name === undefined) continue;
    if (close === "/") {
      if (open.pop()?.name !== localName(name)) throw new Error("unbalanced XML");
      continue;
    }
    const node: XmlNode = { name: localName(name), children: [], text: "" };
    current.children.push(node);
    if (empty !== "/") open.push(node);
  }
  const [top] = root.children;
  if (open.length !== 1 || top === undefined) throw new Error("unbalanced XML");
  return top;
}

/** The children of that name. */
export function childrenOf(node: XmlNode, name: string): XmlNode[] {
  return node.children.filter((child) => child.name === name);
}

/** The text of the first child of that name. */
export function childText(node: XmlNode, name: string): string | undefined {
  return childrenOf(node, name)[0]?.text;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name] ?? whole;
  });
}
