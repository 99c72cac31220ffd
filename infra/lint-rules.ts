/** The two rules of ours that oxlint has none for; `.oxlintrc.json` loads them. */

interface Call {
  readonly arguments: readonly unknown[];
  readonly callee: { readonly type: string; readonly name?: string };
}

interface Import {
  readonly source: { readonly value: string };
  readonly specifiers: readonly { readonly type: string }[];
}

interface Report {
  report(problem: { readonly node: unknown; readonly message: string }): void;
}

/** `new Date(milliseconds)` only converts; without an argument it asks the machine what time it is. */
const noCurrentDate = {
  create: (context: Report) => {
    const check = (node: Call): void => {
      if (node.callee.type !== "Identifier" || node.callee.name !== "Date" || node.arguments.length > 0) return;
      context.report({ node, message: "The time comes from the clock that is passed in (ports.ts)." });
    };
    return { NewExpression: check, CallExpression: check };
  },
};

/** Measured: `import { z }` bundles 443 KiB, `import * as z` 83 KiB. */
const zodAsNamespace = {
  create: (context: Report) => ({
    ImportDeclaration: (node: Import): void => {
      if (node.source.value !== "zod" || node.specifiers.every(({ type }) => type === "ImportNamespaceSpecifier"))
        return;
      context.report({ node, message: 'Write import * as z from "zod": the other forms bundle all of it.' });
    },
  }),
};

export default {
  meta: { name: "ledger" },
  rules: { "no-current-date": noCurrentDate, "zod-as-namespace": zodAsNamespace },
};
