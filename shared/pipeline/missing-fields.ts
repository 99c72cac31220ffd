import type { FormField } from "../records/form-field.ts";

/** The api_names of what a form requires and is not given. */
export const missingFields = (form: readonly FormField[], isGiven: (api_name: string) => boolean): string[] =>
  form.filter(({ required, api_name }) => required && !isGiven(api_name)).map(({ api_name }) => api_name);
