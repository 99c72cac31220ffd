/** The account of the local servers. */
export const ACCOUNT = { accessKeyId: "local", secretAccessKey: "local-secret" } as const;

export const REGION = "eu-central-1";

/** Points the SDK's clients at local servers, by the variables that it reads itself. */
export function useLocalAws(endpoints: Readonly<Record<string, string>>): void {
  process.env["AWS_REGION"] = REGION;
  process.env["AWS_ACCESS_KEY_ID"] = ACCOUNT.accessKeyId;
  process.env["AWS_SECRET_ACCESS_KEY"] = ACCOUNT.secretAccessKey;
  for (const [service, url] of Object.entries(endpoints)) process.env[`AWS_ENDPOINT_URL_${service}`] = url;
}
