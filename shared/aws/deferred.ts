type Asynchronous<Port> = {
  readonly [Name in keyof Port]: Port[Name] extends (...given: never[]) => Promise<unknown> ? Port[Name] : never;
};

/**
 * A port whose adapter is loaded when it is first used, so that a cold start does not wait for what most requests never
 * need. Only for ports that answer with promises.
 */
export function deferred<Port extends object>(load: () => Promise<Asynchronous<Port>>): Port {
  let loaded: Promise<Asynchronous<Port>> | undefined;
  return new Proxy({} as Port, {
    get: (_target, name) =>
      // A port in the hands of an async function is looked at for a `then`.
      typeof name === "symbol" || name === "then"
        ? undefined
        : async (...given: unknown[]) => {
            loaded ??= load();
            const adapter = (await loaded) as Record<string, (...all: unknown[]) => Promise<unknown>>;
            return adapter[name]?.(...given);
          },
  });
}
